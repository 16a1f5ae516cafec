import Core
import HTTP
import JSON
import Sockets
import Threads

/// A command being carried out.
struct CommandRun {
    let arguments: [String]
    let options: [String: String]
    let output: Output
    private let given: [(name: String, value: String)]
    private let client: HTTPClient
    private let socket: String

    var wantsJSON: Bool { options["--json"] != nil }

    init(_ line: CommandLineReader, output: Output, socket: String) {
        arguments = line.arguments
        options = line.options
        given = line.given
        self.output = output
        self.socket = line.options["--socket"] ?? socket
        // An import of millions of rows is answered when the last one is in.
        client = HTTPClient(.unix(path: self.socket), milliseconds: 600_000)
    }

    func has(_ option: String) -> Bool { options[option] != nil }

    /// Every value of an option that may be given several times.
    func values(_ option: String) -> [String] {
        given.filter { $0.name == option }.map(\.value)
    }

    func print(_ text: String) { output.out(text + "\n") }

    /// A part of a path, encoded.
    static func part(_ text: String) -> String { PercentCoding.encoded(text) }

    /// A query of those options that were given; names without their dashes, `-` as `_`.
    func query(_ names: String..., adding more: [(String, String)] = []) -> String {
        var pairs = more
        for name in names {
            guard let value = options["--" + name] else { continue }
            pairs.append((name.replacing("-", with: "_"), value.isEmpty ? "true" : value))
        }
        guard !pairs.isEmpty else { return "" }
        return "?" + pairs.map { "\($0)=\(PercentCoding.encoded($1))" }.joined(separator: "&")
    }

    /// Asks the daemon; what it refuses is a failure with its reason.
    func ask(
        _ method: HTTPMethod, _ target: String, _ body: HTTPClient.Body = .none
    ) throws(CommandFailure) -> JSON {
        let response: HTTPResponse
        do throws(HTTPClient.Failure) {
            response = try client.send(method, target, body: body)
        } catch {
            throw failure(error)
        }
        let json = try? JSON(parsing: response.body)
        guard response.status.isSuccess, let json else { throw Self.refusal(response, json) }
        return json
    }

    /// Asks, prints the answer as JSON when that is wanted, else what `show` makes of it.
    func show(
        _ method: HTTPMethod, _ target: String, _ body: HTTPClient.Body = .none,
        _ show: (JSON) -> [String]
    ) throws(CommandFailure) -> ExitCode {
        let json = try ask(method, target, body)
        if wantsJSON { print(json.text) } else { for line in show(json) { print(line) } }
        return .done
    }

    /// Hands on an answer that comes bit by bit, until `onBytes` returns false.
    func follow(
        _ target: String, onBytes: ([UInt8]) -> Bool
    ) throws(CommandFailure) {
        var refused: [UInt8] = []
        let head: HTTPResponse
        do throws(HTTPClient.Failure) {
            head = try client.stream(.get, target) { head, bytes in
                if head.status.isSuccess { return onBytes(bytes) }
                refused += bytes
                return refused.count < 64 * 1024
            }
        } catch {
            throw failure(error)
        }
        guard head.status.isSuccess else {
            throw Self.refusal(head, try? JSON(parsing: refused))
        }
    }

    private static func refusal(_ response: HTTPResponse, _ json: JSON?) -> CommandFailure {
        CommandFailure(
            .failed, json?["error"]?.string ?? "the daemon answered \(response.status)",
            hint: json?["hint"]?.string)
    }

    private func failure(_ failure: HTTPClient.Failure) -> CommandFailure {
        switch failure {
        case .unreachable(.system(let error)) where error.isPermissionDenied:
            CommandFailure(
                .unreachable, "you may not use \(socket)",
                hint: "Its group may: see `ls -l \(socket)`, or use sudo.")
        case .unreachable:
            CommandFailure(
                .unreachable, "no maild answers: \(failure)",
                hint: "Is it running? See `systemctl status maild`. Another socket: --socket PATH")
        case .broken:
            CommandFailure(
                .failed, "the connection broke: \(failure)",
                hint: "See whether it was done before you try again: maildctl status")
        case .malformed, .unwritable: CommandFailure(.failed, "\(failure)")
        }
    }
}
