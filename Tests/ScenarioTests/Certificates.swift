import Bench
import Glibc
import Testing

/// An authority of a test's own and what it signs, made by the `openssl` command.
struct Certificates {
    static let program: String? = {
        let places: [String] = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        return places.first { access($0, X_OK) == 0 }
    }()
    static let noProgram: Comment = "the command openssl is not installed"

    enum Kind: String {
        /// For 127.0.0.1, good for a month.
        case good
        /// Ended yesterday.
        case expired
        /// For another host.
        case wrongHost = "wrong-host"
        /// Signed by itself.
        case unknown
    }

    private let directory = TemporaryDirectory("maild-certificates")

    struct Failure: Error {
        let command: String
    }

    init() throws {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        try run(
            "req -x509 \(key) -days 30 -subj /CN=Authority -keyout authority.key "
                + "-out authority.pem")
        try run("req \(key) -subj /CN=relay -keyout relay.key -out relay.csr")
        try run("req \(key) -subj /CN=maild -keyout client.key -out client.csr")
        try run(
            "x509 -req -in client.csr -CA authority.pem -CAkey authority.key -CAcreateserial "
                + "-days 30 -out client.pem")
        try directory.write("good.ext", "subjectAltName=IP:127.0.0.1\n")
        try directory.write("expired.ext", "subjectAltName=IP:127.0.0.1\n")
        try directory.write("wrong-host.ext", "subjectAltName=DNS:other.example,IP:192.0.2.1\n")
        for (kind, days) in [(Kind.good, 30), (.expired, -1), (.wrongHost, 30)] {
            try run(
                "x509 -req -in relay.csr -CA authority.pem -CAkey authority.key -CAcreateserial "
                    + "-days \(days) -extfile \(kind.rawValue).ext -out \(kind.rawValue).pem")
        }
        try run(
            "x509 -req -in relay.csr -signkey relay.key -days 30 -extfile good.ext -out unknown.pem"
        )
    }

    var authority: String { directory.path + "/authority.pem" }
    var key: String { directory.path + "/relay.key" }
    /// What a client shows that the authority knows.
    var client: (file: String, key: String) {
        (directory.path + "/client.pem", directory.path + "/client.key")
    }

    func file(_ kind: Kind) -> String { "\(directory.path)/\(kind.rawValue).pem" }

    /// Words are relative to the directory.
    private func run(_ command: String) throws {
        let words = command.split(separator: " ").map { word in
            [".key", ".pem", ".csr", ".ext"].contains { word.hasSuffix($0) }
                ? "\(directory.path)/\(word)" : String(word)
        }
        let child = try ChildProcess(
            Self.program!, words, output: directory.path + "/openssl.log")
        guard child.wait(seconds: 60) == .exited(0) else { throw Failure(command: command) }
    }
}
