import Testing

@testable import Bench

@Suite struct OptionsTests {
    @Test("names come with their values, in any order")
    func reads() throws {
        let options = try Options(["--size", "10", "--relay", "x"], known: ["relay", "size", "n"])
        #expect(options["relay"] == "x")
        #expect(try options.number("size", in: 1...100, default: 5) == 10)
        #expect(try options.number("n", in: 1...100, default: 5) == 5)
    }

    @Test(
        "anything else is refused with words that help",
        arguments: [
            (["--relya", "x"], "did you mean"), (["relay", "x"], "unknown option"),
            (["--relay"], "needs a value"), (["--relay", "x", "--relay", "y"], "twice"),
        ])
    func refuses(_ arguments: [String], _ text: String) {
        let error = #expect(throws: Options.Invalid.self) {
            try Options(arguments, known: ["relay", "size"])
        }
        #expect(error?.description.contains(text) == true)
    }

    @Test("numbers have bounds", arguments: ["0", "101", "x", "", "1.5", "99999999999999999999"])
    func bounds(_ text: String) throws {
        let options = try Options(["--size", text], known: ["size"])
        #expect(throws: Options.Invalid.self) {
            try options.number("size", in: 1...100, default: 5)
        }
    }
}
