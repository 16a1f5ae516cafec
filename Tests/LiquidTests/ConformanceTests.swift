import Core
import Diagnostics
import Glibc
import JSON
import Liquid
import Testing

/// The conformance suite stands beside the checkout, not in it: without it these tests skip.
@Suite struct ConformanceTests {
    static let folder = SuiteFile.folder
    static let isPresent = SuiteFile.read("liquid.json") != nil

    @Test(
        "Every case of the conformance suite renders as expected or is refused",
        .enabled(if: isPresent, "no ../shared/conformance beside the checkout"),
        arguments: ["liquid.json", "liquid_dates.json"])
    func suite(file: String) throws {
        let bytes = try #require(SuiteFile.read(file))
        let cases = try #require(try JSON(parsing: bytes, depth: 200)["tests"]?.array)
        #expect(cases.count > 30)
        var failures: [String] = []
        for item in cases where !Self.passes(item) {
            failures.append(item["name"]?.string ?? "?")
        }
        #expect(failures == [])
    }

    private static func passes(_ item: JSON) -> Bool {
        let tags = item["tags"]?.array?.compactMap(\.string) ?? []
        let mode: Template.Mode =
            tags.contains("strict2") ? .strict2 : tags.contains("strict") ? .strict : .lax
        let partials = (item["templates"]?.object ?? JSON.Object()).members
        var given: [String: String] = [:]
        for member in partials { given[member.name] = member.value.string }
        let result = try? Rendering.plain(
            item["template"]?.string ?? "", Value(item["data"] ?? [:]), mode: mode,
            partials: given)
        if item["invalid"]?.bool == true { return result == nil }
        let wanted = item["results"]?.array ?? [item["result"] ?? .null]
        return result != nil && wanted.contains { $0.string == result }
    }
}

/// Files of the suite, found from this file's own path.
enum SuiteFile {
    static let folder: String = {
        // …/checkout/Tests/LiquidTests/ConformanceTests.swift
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/") + "/shared/conformance/"
    }()

    static func read(_ name: String) -> [UInt8]? {
        guard let file = fopen(folder + name, "r") else { return nil }
        defer { fclose(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            content += chunk[..<count]
        }
        return content
    }
}
