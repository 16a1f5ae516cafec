import Core
import Testing

@testable import Composition

@Suite struct TemplateWriterTests {
    private static let out = "<p><a href=\"{{ links.unsubscribe }}\">No more</a></p>"

    private static let people: [TestPerson] = [
        TestPerson(), TestPerson(fields: ["first_name": .text("Anna"), "city": .text("Rome")]),
        TestPerson(
            fields: ["first_name": .text("Ben <b>"), "age": .number(44), "vip": .flag(true)]),
    ]

    static let bodies = [
        "<p>Hello {{ first_name | default: \"you\" }}, welcome.</p>",
        "<h1>News</h1><p>One<br>Two<br><br>Three</p><hr><ul><li>a</li><li>b <b>c</b></li></ul>end",
        "<ol>{% for i in (1..3) %}<li>Item {{ i }}</li>{% endfor %}</ol><p>after</p>",
        "A{% if city == \"Rome\" %}<div>B</div>{% elsif age > 40 and (vip == true) %}<p>C</p>"
            + "{% else %}<p>D</p>{% endif %}<div>E</div>",
        "A {% unless vip %}<div>B</div>{% endunless %}<div>C</div>",
        "{% case city %}{% when \"Rome\", 'Paris' %}<p>Ciao</p>{% else %}<p>Hello</p>{% endcase %}",
        "{% slot \"hero\" %}{% alt \"old\" when age >= 40 %}<p>Old</p>{% alt segment \"travellers\" "
            + "%}<p>Go</p>{% default %}<p>All</p>{% endslot %}<p>after</p>",
        "{% blocks limit: 2 %}{% block \"a\" score: age %}<p>A {{ age }}</p>{% endblock %}"
            + "{% block \"b\" score: 3 %}<p>B</p>{% endblock %}{% endblocks %}",
        "<table><tr><th>Name</th><th>Town</th></tr><tr><td>{{ first_name | upcase }}</td>"
            + "<td>{{ city }}</td></tr></table>",
        "{% assign x = city | append: \"!\" | default: 'none', allow_false: true %}<p>{{ x }}</p>",
        "{% capture c %}<b>{{ city }}</b>{% endcapture %}<p>[{{ c | strip }}]</p>",
        "<p>{% raw %}{{ not a tag }}{% endraw %} {</p>",
        "<p>{% cycle \"a\", \"b\" %}{% increment n %}{% decrement n %}</p>",
        "<a href=\"https://shop.example/a?x=1&amp;y=2\">Shop</a> and "
            + "<a href=\"https://shop.example/{{ city | url_encode }}\">town</a>",
        "{% render \"box\", name: first_name %}<p>after</p>",
        "<p>{% if in_segment \"travellers\" or not vip %}x{% endif %}</p>",
        "<div>\n    <p>\n      indented\n    </p>\n  <div>more</div>\n</div>",
        "{% for i in (1..4) reversed limit: 2 offset: 1 %}{{ i }}{% if i == 2 %}{% break %}"
            + "{% endif %}{% endfor %}",
        "{% require email %}<p>{{ first_name }}</p>{% if city == 'Nowhere' %}{% abort \"no\" %}"
            + "{% endif %}",
    ]

    @Test("a derived text part taken over as a file gives the same text", arguments: bodies)
    func adopting(body: String) throws {
        var bundle = Bundle(body: body + Self.out)
        bundle.files["partials/box.html"] = "<div>{{ name }}</div><div>box</div>"
        let derived = try #require(bundle.compile().mailing, "\(bundle.compile().findings)")
        let template = String(decoding: try #require(derived.textTemplate), as: UTF8.self)
        var adopted = bundle
        adopted.files["m.txt"] = template
        let again = adopted.compile()
        let mailing = try #require(again.mailing, "\(again.findings)\n\(template)")
        #expect(mailing.textTemplate == nil)
        for person in Self.people {
            // Who gets nothing gets nothing from the other either.
            let before = try? bundle.render(person)
            #expect((try? adopted.render(person))?.plainText == before?.plainText, "\(template)")
        }
    }

    @Test("the template reads like one that a person wrote")
    func readable() throws {
        let bundle = Bundle(
            body: "<h1>News</h1><p>Hello {{ first_name | default: \"you\" }}</p>"
                + "<ul>{% for i in (1..2) %}<li>Item {{ i }}</li>{% endfor %}</ul>"
                + "<p><a href=\"https://shop.example/x\">Shop</a></p>" + Self.out)
        let mailing = try #require(bundle.compile().mailing)
        #expect(
            String(decoding: mailing.textTemplate ?? [], as: UTF8.self) == """
                News

                Hello {{ first_name | default: "you" }}

                {% for i in (1..2) %}
                - Item {{ i }}
                {% endfor %}

                Shop (https://shop.example/x)

                No more ({{ links.unsubscribe }})

                """)
    }

    @Test("tags on lines of their own leave no empty lines in a hand-written part")
    func standalone() throws {
        var bundle = Bundle()
        bundle.files["m.txt"] = """
            Hi

            {% if city == "Rome" %}
              Ciao
            {% endif %}
            {% for i in (1..2) %}
              - {{ i }}
            {% endfor %}

            {{ links.unsubscribe }}
            """
        let text = try bundle.render().plainText
        #expect(text == "Hi\n\n  - 1\n  - 2\n\nhttps://m.shop.example/u/TOK?a=1&b=2\n")
    }
}
