extension Command {
    /// All commands, by name.
    static let all: [Command] = [
        Command(
            name: "bounce", summary: "read bounces, complaints and automatic replies",
            arguments: "LIST",
            details: """
                LIST has a path and a name, separated by a tab, on each line. Writes one line each:
                {"file": NAME, "results": [{recipient, action, status, reason, hard}]}.
                """,
            run: runBounceCommand),
        Command(
            name: "compose", summary: "compose one mailing for many profiles",
            arguments: "MAILING PROFILES.jsonl",
            details: """
                Whole messages as a relay gets them: choices, links, HTML and text part,
                quoted-printable, headers. MAILING is an .html file of a folder of templates, or
                the folder when it holds one mailing. Fields are declared in its loop.conf, or
                are text, number and flag as the profiles show. Every message, then NUL, on
                standard output; the last line on standard error is {"messages", "load_s",
                "compile_s", "compose_s"} in processor seconds. Exits 1 when somebody gets none.
                """,
            run: runComposeCommand),
        Command(
            name: "demo", summary: "close the loop once, on this machine",
            arguments: "[--keep] [--templates DIR]",
            details: """
                Runs the daemon beside this program over real SMTP and HTTP on the loopback.
                  --keep           leave the daemon up at the end
                  --templates DIR  the sample mailings
                Exits 1 when a station did not do its part.
                """,
            run: runDemoCommand),
        Command(
            name: "endpoint", summary: "run the endpoint alone on made-up deliveries",
            arguments: """
                --urls FILE [--deliveries N] [--listen ADDRESS:PORT] [--connections C]
                           [--sync data|write]
                """,
            details: """
                Endpoint, hit journal, loop and store as the daemon runs them, for N (10000)
                deliveries. FILE gets one valid click URL a line and FILE.post one one-click POST
                URL a line; when FILE is there it answers. On SIGTERM it applies what it kept and
                writes {"answered", "durable", "applied"}: hits and withdrawals answered, of these
                kept, and of these applied, HEAD left out. C (12000) connections at once, from one
                address too.
                """,
            run: runEndpointCommand),
        Command(
            name: "expr", summary: "answer conditions given as JSON lines", arguments: "<REQUESTS",
            details: """
                Reads {id, where, now, fields, field_types, tags, topics, segments, events:
                [{kind, mailing, link, category, topic, at}]} a line. Writes {id, memory, sql}, the
                answers of both evaluators, or {id, error, column}; the column is null when the
                error is one of this person's values. `topics` are those subscribed to, or an
                object of true and false; an event's topic is that of its mailing.
                """,
            run: runExprCommand),
        Command(
            name: "import", summary: "measure how fast a file of people comes in",
            arguments: "[--rows N] [--file FILE] [--again yes|no]",
            details: """
                Makes a CSV file of N people with fields of all types and imports it into a store of
                its own, with the daemon's importer; then adds a field to all of them. Writes
                {"rows", "rate", "seconds", "cpu_seconds", "rss_mb", "longest_transaction_ms",
                "field_add_ms"}.
                  --file FILE      keep the file there, to measure `sqlite3 .import` beside it
                  --again yes      import it a second time, and measure that
                Exits 1 when somebody is missing.
                """,
            run: runImportCommand),
        Command(
            name: "judge", summary: "tell people from machines in a trace of requests",
            arguments: "TRACE.jsonl [--delay MS]",
            details: """
                Reads {id, delivery, domain, link, method, headers, address, at,
                seconds_since_send} a line, in order of arrival; link 0 is the open pixel, 65535
                the hidden link. Writes {"id", "verdict", "why"}; the verdict is human, machine or
                proxy. Judges as the daemon does, each request MS (10000) after it came.
                """,
            run: runJudgeCommand),
        Command(
            name: "lint", summary: "judge a marketers' folder, one finding a line",
            arguments: "FOLDER [--config FILE]",
            details: """
                One finding a line, path:line:column: refuse|warn: code: text. Without FILE, the
                daemon's configuration, its grants are not judged. Exits 1 when something is
                refused, 2 when the folder cannot be read.
                """,
            run: runLintCommand),
        Command(
            name: "liquid", summary: "render templates given as JSON lines", arguments: "<REQUESTS",
            details: """
                Reads {id, template, data, partials, mode} a line; mode is lax, strict or strict2.
                Writes {id, result} or {id, error, phase}; the phase is parse or render.
                """,
            run: runLiquidCommand),
        Command(
            name: "loop", summary: "measure how fast clicks become facts and follow-ups",
            arguments: "[--profiles N] [--events M]",
            details: """
                Applies M clicks with actions and triggers to N profiles of a store of its own, in
                the transactions of the daemon. Writes {"profiles", "events", "rate", "seconds",
                "cpu_seconds", "rss_mb", "longest_transaction_ms"}. Exits 1 when a click was lost.
                """,
            run: runLoopCommand),
        Command(
            name: "plan", summary: "measure how fast an audience becomes deliveries",
            arguments: "[--recipients N] [--messages M] [--connections C]",
            details: """
                Plans a mailing to a segment that holds N people, in a store of its own. Writes
                {"recipients", "rate", "seconds", "cpu_seconds", "rss_mb",
                "longest_transaction_ms"}. Exits 1 when somebody was left out. With M it then
                starts again with everybody due and sends M over C (32) connections to a sink of
                its own: also {"start_seconds", "sent", "sent_cpu_seconds"}, the first up to the
                first message that was taken.
                """,
            run: runPlanCommand),
        Command(
            name: "play", summary: "run a loop.conf over events in virtual time",
            arguments: "FILE",
            details: """
                FILE is {conf, mailings: [{name, topic, kind, links}], profiles: [{email, fields,
                tags, topics}], events: [{at, email, kind, mailing, link, values}], until}; - is
                standard input. Events are taken as judged human, relays accept everything. Writes
                {profiles, sends, blocked, errors}. A mailing may have window, zone, once, lifetime and
                priority as in its front matter; without a lifetime a message that a cap forbids is
                blocked at once. A list of topics is all that the person gets. Exits 2 when the file
                cannot be used.
                """,
            run: runPlayCommand),
        Command(
            name: "render", summary: "render one template for many profiles",
            arguments: "TEMPLATE PROFILES.jsonl",
            details: """
                Plain Liquid, once for each line's object: every message, then NUL, on standard
                output. The last line on standard error is {"messages", "load_s", "compile_s",
                "render_s"} in processor seconds.
                """,
            run: runRenderCommand),
        Command(
            name: "segment", summary: "measure how fast a segment is counted",
            arguments: "[--profiles N] [--events M] [--where EXPR]",
            details: """
                Fills a store of its own: half the people did nothing, a fifth of the others did four
                fifths of all, over 400 days and 50 mailings m01 to m50 (topics offers and news,
                links link1 to link9). Fields: country, age, vip, joined, interests.travel.
                Without EXPR: interests.travel >= 2 and opened(any, within: 60d) and not
                clicked(any, within: 90d). Writes {"profiles", "events", "count", "rate",
                "seconds", "first_seconds", "cpu_seconds", "rss_mb", "longest_transaction_ms",
                "chunk_ms", "ingest_rate", "load_seconds", "parts"}: seconds is the middle of five
                counts, chunk_ms the slowest read of a thousand ids, ingest_rate what the store
                takes of events a second meanwhile indexed, parts for what share each part of the
                condition holds. A million people with ten million events take some minutes to make.
                """,
            run: runSegmentCommand),
        Command(
            name: "send", summary: "measure the whole pipeline, ledger durable",
            arguments: """
                [--relay URL] [--messages N] [--size BYTES] [--connections C]
                       [--delay MS] [--record FILE]
                """,
            details: """
                From planned rows to durable results: distinct profiles, a slot of three
                alternatives, twelve links, HTML and text. Without --relay it starts a sink of its
                own in another process, whose work is in none of the figures. Writes {"messages",
                "seconds", "cpu_seconds", "rss_mb"}.
                  --delay MS     how long the sink of its own holds back each answer
                  --record FILE  the record of a sink of ours, compared with the ledger
                Exits 1 when not all was sent, or ledger and record differ.
                """,
            run: runSendCommand),
        Command(
            name: "sink", summary: "take mail by SMTP, as rules say, and record it",
            arguments: """
                [--listen ADDRESS:PORT] [--maildir DIR] [--record FILE] [--rules FILE]
                       [--latency MS] [--pipelining yes|no] [--parent PID]
                """,
            details: """
                Takes mail until SIGTERM or SIGINT. Writes {"listen": "127.0.0.1:2525"} once it
                listens, and its statistics at the end.
                  --parent PID  end as well when this is no longer the parent.
                """,
            run: runSinkCommand),
        Command(
            name: "smtp", summary: "measure the SMTP engine alone",
            arguments: """
                --relay URL [--messages N] [--size BYTES] [--connections C]
                           [--ca-file FILE]
                """,
            details: """
                Hands ready messages to a relay: nothing rendered, nothing recorded. FILE holds
                the authorities that are trusted instead of the system's. Writes {"messages",
                "seconds", "cpu_seconds", "rss_mb", "sessions"}, the last as many as were open
                at once. Exits 1 when not all were accepted.
                """,
            run: runSMTPCommand),
    ]

    /// Says on standard error how a command of the table is called; gives the exit status.
    static func misused(_ name: String) -> Int32 {
        Terminal.complain(all.first { $0.name == name }?.usage ?? "")
        return 2
    }
}
