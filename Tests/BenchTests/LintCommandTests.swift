import Glibc
import Testing

@testable import Bench

@Suite struct LintCommandTests {
    @Test("a folder that cannot be read, a bad configuration and a wrong line exit 2")
    func unusable() {
        #expect(runLintCommand([]) == 2)
        #expect(runLintCommand(["/nowhere/Templates"]) == 2)
        #expect(runLintCommand(["/tmp", "--config", "/nowhere/maild.conf"]) == 2)
        #expect(runLintCommand(["/tmp", "--cnofig", "x"]) == 2)
    }

    @Test("the repository's own templates are without fault")
    func samples() {
        let top = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        #expect(runLintCommand(["/\(top)/Templates"]) == 0)
    }
}
