import Bench
import Glibc

/// A Postfix of a test's own: its own configuration and queue in a temporary directory, listening
/// on 127.0.0.1 only, with STARTTLS and login, handing everything on to a sink.
///
/// The passwords are asked of a `PasswordServer`. Only root can run one, since Postfix changes
/// users.
final class PrivatePostfix {
    static let isPossible: Bool =
        geteuid() == 0 && access("/usr/sbin/postfix", X_OK) == 0
        && access("/usr/lib/postfix/sbin/master", X_OK) == 0

    let directory = TemporaryDirectory("maild-private-postfix")
    let port = freePort()
    private var configuration: String { directory.path + "/etc" }
    private var queue: String { directory.path + "/queue" }

    struct Failure: Error {
        let log: String
    }

    /// - Parameter clientAuthority: by whom the certificate of a client must be signed; nil: it
    ///   needs none.
    init(
        certificate: String, key: String, passwords: PasswordServer, next: Int,
        clientAuthority: String? = nil
    ) throws {
        chmod(directory.path, 0o755)
        for name in ["etc", "queue", "data"] { directory.makeDirectory(name) }
        if let user = getpwnam("postfix") {
            chown(directory.path + "/data", user.pointee.pw_uid, user.pointee.pw_gid)
        }
        // Where TLS is but offered, Postfix heeds no demand for a certificate.
        let clients =
            clientAuthority.map {
                "smtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes\n"
                    + "smtpd_tls_CAfile = \($0)"
            } ?? "smtpd_tls_security_level = may"
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            queue_directory = \(queue)
            data_directory = \(directory.path)/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            sendmail_path = /usr/sbin/sendmail
            newaliases_path = /usr/bin/newaliases
            mailq_path = /usr/bin/mailq
            mail_owner = postfix
            setgid_group = postdrop
            import_environment = MAIL_CONFIG
            maillog_file = \(directory.path)/log
            maillog_file_prefixes = /tmp
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = relay.example
            mydestination =
            local_recipient_maps =
            alias_maps =
            alias_database =
            mynetworks =
            relayhost = [127.0.0.1]:\(next)
            smtp_tls_security_level = none
            \(clients)
            smtpd_tls_cert_file = \(certificate)
            smtpd_tls_key_file = \(key)
            smtpd_tls_auth_only = yes
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = inet:127.0.0.1:\(passwords.port)
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            """)
        try directory.write(
            "etc/master.cf",
            """
            127.0.0.1:\(port) inet n - n - - smtpd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            relay unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """)
        let start = try ChildProcess(
            "/usr/sbin/postfix", ["-c", configuration, "start"],
            output: directory.path + "/output")
        guard start.wait(seconds: 30) == .exited(0), processID != nil else {
            throw Failure(log: log)
        }
    }

    deinit {
        guard let processID else { return }
        kill(processID, SIGTERM)
        // Its directory goes away behind this.
        _ = eventually(within: 10) { kill(processID, 0) != 0 }
    }

    /// Postfix's own master, by the file it keeps.
    private var processID: pid_t? {
        Mailbox.text(queue + "/pid/master.pid").flatMap { text in
            pid_t(text.filter { $0.isNumber })
        }
    }

    var log: String {
        (Mailbox.text(directory.path + "/output") ?? "")
            + (Mailbox.text(directory.path + "/log") ?? "")
    }
}
