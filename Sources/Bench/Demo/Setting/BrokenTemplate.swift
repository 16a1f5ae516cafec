/// A template with a mistake, to see that the desk says where it is.
enum BrokenTemplate {
    /// Where the mistake stands, from 1.
    static let line = 8

    static let text = """
        ---
        subject: Broken
        from: Northbound <news@example.com>
        topic: news
        audience: readers
        ---
        <p>Hello,</p>
        <p>{% if first_name %}this branch is never closed.</p>
        <p><a href="{{ links.unsubscribe }}">unsubscribe</a></p>

        """
}
