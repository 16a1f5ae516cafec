import Core
import Rules
import Store
import Testing

@testable import Desk

@Suite struct AddedFieldsTests {
    private let bench: DeskBench

    init() throws {
        bench = try DeskBench()
    }

    private func add(_ name: String, type: FieldType) throws {
        let at = bench.clock.now
        let section = "[field \(name)]\ntype = \(type.rawValue)\n"
        try bench.store.write(.control) { access in
            try access.add(field: FieldColumn(name: name, type: type), section: section, at: at)
        }
    }

    @Test("a field added by command is known to the folder's conditions, also after a restart")
    func known() throws {
        bench.dropAll()
        bench.look(start: true)
        try add("shoe", type: .number)
        bench.look()
        #expect(bench.rules.current.fields["shoe"]?.type == .number)
        #expect(bench.rules.current.fields["first_name"]?.type == .text)
        bench.drop("loop.conf", DeskBench.rulesText + "\n[segment big]\nwhere = shoe > 45\n")
        bench.look(after: .seconds(5))
        #expect(bench.rules.current.segments["big"] != nil)
        try bench.restart()
        bench.look(start: true)
        #expect(bench.rules.current.segments["big"] != nil)
    }

    @Test(
        "what loop.conf declares counts, and the command's holds again when it is gone from there")
    func both() throws {
        bench.dropAll()
        bench.look(start: true)
        try add("first_name", type: .text)
        try add("shoe", type: .number)
        bench.drop(
            "loop.conf", DeskBench.rulesText + "\n[field shoe]\ntype = number\nhistory = on\n")
        bench.look(after: .seconds(5))
        #expect(bench.rules.current.fields["shoe"]?.keepsHistory == true)
        bench.drop("loop.conf", DeskBench.rulesText)
        bench.look(after: .seconds(5))
        #expect(bench.rules.current.fields["shoe"]?.keepsHistory == false)
    }
}
