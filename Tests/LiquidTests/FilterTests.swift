import Core
import Diagnostics
import JSON
import Liquid
import Testing

/// Edges of filters that the conformance suite may not show; what Ruby's implementation answers.
@Suite struct FilterTests {
    static let data = Value(
        [
            "list": ["b", nil, "a"], "nested": [[1, [2]], 3], "hash": ["a": 1, "b": nil],
            "people": [["n": "x", "age": 3], ["n": "y", "age": 1]], "half": 2.5, "s": "Äpfel",
        ] as JSON)

    @Test(
        "Text filters",
        arguments: [
            ("{{ s | upcase }}", "ÄPFEL"), ("{{ s | size }}", "5"), ("{{ s | slice: 0 }}", "Ä"),
            ("{{ s | slice: -2, 9 }}", "el"), ("{{ s | slice: 5, 1 }}|{{ s | slice: 6 }}", "|"),
            ("{{ 'hELLO wORLD' | capitalize }}", "Hello world"),
            ("{{ 'one two ' | truncatewords: 2 }}", "one two..."),
            ("{{ s | truncate: 4, '…' }}", "Äpf…"), ("{{ s | truncate: 2 }}", "..."),
            ("{{ 'a,b,,' | split: ',' | size }}", "2"),
            ("{{ 'abc' | replace: '', '-' }}", "-a-b-c-"),
            ("{{ 'aXbX' | replace_last: 'X', '!' }}", "aXb!"),
            ("{{ '  a  b ' | squish }}", "a b"),
            ("{{ list | upcase }}", "[\"B\", NIL, \"A\"]"),
            ("{{ hash }}", "{\"a\"=>1, \"b\"=>nil}"), ("{{ (1..3) }}", "1..3"),
            ("{{ 'a<script>x</script>b<b' | strip_html }}", "ab<b"),
            ("{{ '&amp; & \"' | escape_once }}", "&amp; &amp; &quot;"),
            ("{{ 'é ~*' | url_encode }}", "%C3%A9+~%2A"),
            ("{{ 'a%20b+%zz' | url_decode }}", "a b %zz"),
            ("{{ 'Man' | base64_encode }}{{ 'TWE=' | base64_decode }}", "TWFuMa"),
        ])
    func text(template: String, expected: String) throws {
        #expect(try Rendering.plain(template, Self.data) == expected)
    }

    @Test(
        "Arithmetic is decimal and divides whole numbers to the floor",
        arguments: [
            ("{{ 0.1 | plus: 0.2 }}", "0.3"), ("{{ 1.1 | times: 3 }}", "3.3"),
            ("{{ -7 | divided_by: 2 }}", "-4"), ("{{ -7 | modulo: 3 }}", "2"),
            ("{{ 7 | modulo: -3 }}", "-2"), ("{{ 1.0 | divided_by: 3 }}", "0.3333333333333333"),
            ("{{ 2.5 | round }}", "3"), ("{{ -2.5 | round }}", "-3"),
            ("{{ 125 | round: -1 }}", "130"), ("{{ 1.005 | round: 2 }}", "1.01"),
            ("{{ '12abc' | plus: 1 }}", "13"), ("{{ '1_000' | plus: 1 }}", "1001"),
            ("{{ -3.2 | ceil }}", "-3"), ("{{ -3.2 | floor }}", "-4"),
            ("{{ 1e3 }}", ""), ("{{ half | at_most: 2 }}", "2"),
            ("{{ 9223372036854775807 | plus: 1 }}", "9.223372036854776e+18"),
            ("{{ 100000000000000000000 | plus: 0 }}", "1.0e+20"),
            ("{{ '0.00001' | times: 1 }}", "1.0e-05"),
        ])
    func arithmetic(template: String, expected: String) throws {
        #expect(try Rendering.plain(template, Self.data) == expected)
    }

    @Test(
        "Lists are flattened, sorted stably, searched by property",
        arguments: [
            ("{{ nested | join: ',' }}", "1,2,3"), ("{{ nested | reverse | join }}", "3 2 1"),
            ("{{ list | sort | join: ',' }}", "a,b,"), ("{{ list | compact | size }}", "2"),
            ("{{ people | sort: 'age' | map: 'n' | join }}", "y x"),
            ("{{ people | sum: 'age' }}", "4"), ("{{ '1.5,2' | split: ',' | sum }}", "3.5"),
            ("{% assign p = people | find: 'n', 'y' %}{{ p.age }}", "1"),
            ("{{ people | find_index: 'n', 'y' }}{{ people | has: 'n', 'z' }}", "1false"),
            ("{{ people | where: 'age', 3 | map: 'n' }}", "x"),
            ("{{ people | reject: 'age', 3 | map: 'n' }}", "y"),
            ("{{ 'a,b,a' | split: ',' | uniq | join }}", "a b"),
            ("{{ nested | concat: list | size }}", "6"), ("{{ hash | first | join }}", "a 1"),
            ("{{ (1..3) | last }}{{ (1..3) | size }}", "33"),
        ])
    func lists(template: String, expected: String) throws {
        #expect(try Rendering.plain(template, Self.data) == expected)
    }

    @Test(
        "Wrong input is refused while rendering",
        arguments: [
            "{{ 1 | divided_by: 0 }}", "{{ 1.0 | modulo: 0 }}", "{{ 'a' | truncate: 'x' }}",
            "{{ nested | concat: 5 }}", "{{ 'abc' | base64_decode }}", "{{ '%ff' | url_decode }}",
            "{% if 'a' < 1 %}{% endif %}", "{% for i in (1..half) %}{% endfor %}",
            "{% for i in nested limit: 'x' %}{% endfor %}",
        ])
    func faults(template: String) {
        #expect(throws: Finding.self) { try Rendering.plain(template, Self.data) }
    }
}

/// Answers of Ruby's implementation, found by running both over generated templates.
@Suite struct RubyAnswerTests {
    @Test(
        "Odd properties, bounds and signs are taken as Ruby takes them",
        arguments: [
            ("{{ list | escape }}", "[&quot;b&quot;, nil, &quot;a&quot;]"),
            ("{{ half | times: nil }}{{ -2.5 | times: 0 }}", "0.0-0.0"),
            ("{{ 3.14159 | round: 1.5 }}", "3.1"), ("{{ 12.5 | round: -1 }}", "10"),
            ("{{ 'abc' | slice: 1, false }}", "b"), ("{{ 7 | sort: 'x' }}", "7"),
            ("{{ 'b,a' | split: ',' | sort: 0 | join }}", "a b"),
            ("{{ 'hello' | find: 1.5, 'e' }}", "hello"), ("{{ 'hello' | has: 9 }}", "false"),
            ("{{ 'hello' | map: (1..2) }}", "el"), ("{{ -5 | sum: -2 }}", "0"),
            ("{{ (3..1) | first }}{{ (3..1) | last }}", "31"),
            ("{% cycle blank, 'x' %}{% cycle blank, 'x' %}", "x"),
            ("{{ '2016-02-30' | date: '%F' }}", "2016-03-01"),
            ("{{ '2016-074' | date: '%F' }}", "2016-03-14"),
            ("{{ '2016-03' | date: '%F' }}{{ '1.5' | date: '%F' }}", "2016-031.5"),
            (
                "{{ '2016-03-04T01:02:03+05:30' | date: '%-z|%5Z|%#c|%+' }}",
                "+0530||Fri Mar  4 01:02:03 2016|%+"
            ),
        ])
    func answers(template: String, expected: String) throws {
        #expect(try Rendering.plain(template, FilterTests.data) == expected)
    }

    @Test(
        "A property of a kind that nothing has is refused",
        arguments: [
            "{{ 'hello' | find: true }}", "{{ list | compact: hash }}", "{{ 5 | map: 'x' }}",
            "{{ 'hello' | where: false }}", "{{ 'b,a' | split: ',' | sort: false }}",
            "{{ 'x' | sum: true }}", "{{ 'x,y' | split: ',' | uniq: hash }}",
        ])
    func refused(template: String) {
        #expect(throws: Finding.self) { try Rendering.plain(template, FilterTests.data) }
    }

    @Test("What follows the value of a case or a cycle is ignored in strict, refused in strict2")
    func trailing() throws {
        for template in ["{% case 3 foo %}{% when 3 %}a{% endcase %}", "{% cycle 'a' 'b' %}"] {
            #expect(try Rendering.plain(template, mode: .strict) == "a")
            #expect(throws: Finding.self) { try Rendering.plain(template, mode: .strict2) }
        }
    }
}
