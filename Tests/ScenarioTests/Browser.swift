import Bench
import Glibc
import HTTP
import JSON
import Sockets
import Testing

/// Headless Chromium, driven over WebDriver (W3C) by chromedriver: both must be installed.
final class Browser {
    private static let driver = find("chromedriver")
    private static let program = find("chromium") ?? find("chromium-browser")
    static var isInstalled: Bool { driver != nil && program != nil }
    static let notInstalled: Comment =
        "chromium and chromedriver (chromium-driver) are not installed"

    private let directory = TemporaryDirectory("maild-browser")
    private let process: ChildProcess
    private let client: HTTPClient
    private var session = ""

    init() throws {
        let port = freePort()
        process = try ChildProcess(
            try #require(Self.driver), ["--port=\(port)", "--allowed-ips=127.0.0.1"],
            environment: ["HOME": directory.path], output: directory.path + "/driver.log")
        client = HTTPClient(.tcp(host: "127.0.0.1", port: UInt16(port)), milliseconds: 60_000)
        let isUp = eventually(within: 30) { (try? ask(.get, "/status"))??["ready"] == true }
        try #require(isUp, "chromedriver does not come up")
        let arguments: [JSON] = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--hide-scrollbars", "--lang=en", .string("--user-data-dir=\(directory.path)/profile"),
        ]
        let made = try ask(
            .post, "/session",
            [
                "capabilities": [
                    "alwaysMatch": [
                        "browserName": "chrome", "goog:loggingPrefs": ["browser": "ALL"],
                        "goog:chromeOptions": [
                            "binary": .string(try #require(Self.program)),
                            "args": .array(arguments),
                        ],
                    ]
                ]
            ])
        session = "/session/" + (try #require(made?["sessionId"]?.string))
    }

    deinit {
        _ = try? ask(.delete, session)
        process.signal(SIGTERM)
        if process.wait(seconds: 10) == nil { process.signal(SIGKILL) }
    }

    private static func find(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The answer's `value`; nil when the driver refuses.
    private func ask(_ method: HTTPMethod, _ path: String, _ body: JSON = [:]) throws -> JSON? {
        let response = try client.send(
            method, path, headers: ["content-type": "application/json"],
            body: method == .post ? .bytes(body.bytes) : .none)
        guard response.status.isSuccess else { return nil }
        return try JSON(parsing: response.body)["value"]
    }

    func open(_ url: String) throws {
        try #require(try ask(.post, session + "/url", ["url": .string(url)]) != nil, "\(url)")
    }

    /// Lets the page see a screen so wide, in CSS pixels; a window could not be as narrow.
    func emulate(width: Int) throws {
        _ = try ask(
            .post, session + "/goog/cdp/execute",
            [
                "cmd": "Emulation.setDeviceMetricsOverride",
                "params": [
                    "width": .integer(Int64(width)), "height": 900, "deviceScaleFactor": 1,
                    "mobile": false,
                ],
            ])
    }

    private func element(_ selector: String) throws -> String? {
        let found = try ask(
            .post, session + "/element",
            ["using": "css selector", "value": .string(selector)])
        return found?.object?.members.first?.value.string
    }

    func has(_ selector: String) throws -> Bool { try element(selector) != nil }

    func click(_ selector: String) throws {
        let source = try source()
        let id = try #require(try element(selector), "no \(selector) in \(source)")
        _ = try ask(.post, session + "/element/\(id)/click")
    }

    /// Types into an element; `\u{E007}` is the return key, `\u{E004}` the tabulator.
    func type(_ text: String, into selector: String, clearing: Bool = true) throws {
        let source = try source()
        let id = try #require(try element(selector), "no \(selector) in \(source)")
        if clearing { _ = try ask(.post, session + "/element/\(id)/clear") }
        _ = try ask(.post, session + "/element/\(id)/value", ["text": .string(text)])
    }

    func text(of selector: String) throws -> String {
        guard let id = try element(selector) else { return "" }
        return try ask(.get, session + "/element/\(id)/text")?.string ?? ""
    }

    func source() throws -> String { try ask(.get, session + "/source")?.string ?? "" }

    /// What a line of JavaScript gives; the driver runs it, not the page.
    func evaluate(_ script: String) throws -> JSON? {
        try ask(
            .post, session + "/execute/sync", ["script": .string(script), "args": []])
    }

    /// What the console told since the last call: of styles and the like that a page's policy forbids
    /// above all.
    func complaints() throws -> [String] {
        let entries = try ask(.post, session + "/se/log", ["type": "browser"])?.array ?? []
        return entries.compactMap { $0["message"]?.string }
    }

    /// The window as PNG, in Base64.
    func screenshot() throws -> String { try ask(.get, session + "/screenshot")?.string ?? "" }
}
