/// What servers write when they refuse, by reason, the weightiest first.
///
/// A phrase is in lower case with single blanks (`PhraseTable.normalized`). Full and disabled
/// mailboxes come before unknown ones, since many servers add "user unknown" or 5.1.1 to them;
/// "relaying denied" is policy although it often comes with an unknown domain.
enum Phrases {
    static let rules: [(BounceReason, [String])] = [
        (
            .mailboxFull,
            [
                "mailbox full", "mailbox is full", "mailbox exceeds", "mailbox has exceeded",
                "mailbox quota", "over quota", "overquota", "quota exceeded", "exceeded quota",
                "exceeds quota", "disk quota", "exceeded storage", "storage quota", "quota full",
                "quota limit", "out of storage", "insufficient disk space", "mailfolder is full",
                "mail box full", "user is over", "inbox is full", "mail quota", "storage limit",
                "not enough storage", "has exceeded his", "exceed the quota", "quota violation",
                "account is full", "would exceed mailbox", "mailbox size limit exceeded",
                "maildir over", "mailbox would exceed", "space quota", "has too many messages",
            ]
        ),
        (
            .disabled,
            [
                "account is disabled", "account disabled", "mailbox disabled",
                "mailbox is disabled", "account has been disabled", "user disabled",
                "recipient disabled", "account suspended", "account is suspended",
                "has been suspended", "mailbox is inactive", "mailbox inactive",
                "account inactive", "account is inactive", "account is not active",
                "user is inactive", "inactive user", "is currently suspended",
                "account that you tried to reach is disabled", "mailbox temporarily disabled",
                "account is locked", "account has been locked", "recipient suspend",
                "deactivated", "account expired", "mailbox is frozen", "mailbox unavailable or",
                "not active anymore", "has been temporarily",
            ]
        ),
        (
            .spam,
            [
                "spam message", "spam detected", "message detected as spam", "considered spam",
                "looks like spam", "identified as spam", "classified as spam", "is spam",
                "probable spam", "rejected as spam", "spam content", "spam score",
                "unsolicited", "appears to be spam", "spam like", "suspected spam",
                "message contains spam", "bulk mail",
            ]
        ),
        (
            .authentication,
            [
                "spf check", "spf fail", "fails spf", "failed spf", "spf validation",
                "dmarc", "dkim", "not authenticated", "unauthenticated email",
                "sender policy framework", "authentication required",
                "authentication checks",
            ]
        ),
        (
            .reputation,
            [
                "blacklist", "black list", "blocklist", "block list", "blocked using",
                "listed at", "listed in", "listed by", "dnsbl", "rbl", "spamhaus", "spamcop",
                "barracuda", "poor reputation", "bad reputation", "ip reputation",
                "low reputation", "senderbase", "your ip", "ip address has been",
                "client host rejected", "client host blocked", "has been blocked",
                "no reverse dns", "ptr record", "reverse dns", "blocked by",
            ]
        ),
        (
            .rate,
            [
                "rate limit", "ratelimit", "too many messages", "too many connections",
                "too many emails", "too many mail", "too many recipients", "throttl",
                "receiving mail at a rate", "sending rate", "mail too frequently",
                "exceeded the maximum number", "try again later slow", "greylist",
                "grey listed", "graylist", "unusual rate",
            ]
        ),
        (
            .tooBig,
            [
                "message too large", "message size exceeds", "exceeds maximum message size",
                "message too big", "size limit exceeded", "message is too large",
                "too large", "message file too big", "exceeded maximum message size",
                "message length exceeds", "exceeds size limit", "max message size",
                "maximum message size", "exceeds the maximum", "message header size",
                "larger than the",
            ]
        ),
        (
            .domainUnknown,
            [
                "host unknown", "unknown host", "domain not found", "host not found",
                "unknown domain", "domain does not exist", "no such domain", "nxdomain",
                "name or service not known", "unrouteable mail domain",
                "unroutable mail domain", "domain doesn't exist", "couldn't find any host",
                "illegal host domain name", "no mx or a records", "unrouteable domain",
                "recipient address rejected domain not found", "name server host not found",
                "does not have any mail exchanger", "invalid domain", "domain is not valid",
                "could not find a gateway for", "no mail exchanger", "bad destination host",
                "all relevant mx records point to non existent hosts",
                "host or domain name not found",
            ]
        ),
        (
            .takesNoMail,
            [
                "does not accept mail", "null mx", "nullmx", "domain does not accept",
                "does not accept email", "server does not accept", "doesn't accept mail",
            ]
        ),
        (
            .moved,
            [
                "has moved to", "user has moved", "address has changed", "has left the company",
                "no longer works", "is no longer with", "address changed to",
                "has been replaced by", "no longer on this server",
            ]
        ),
        (
            .userUnknown,
            [
                "user unknown", "unknown user", "no such user", "no such mailbox",
                "mailbox not found", "mailbox unavailable", "user not found",
                "recipient not found", "recipient unknown", "unknown recipient",
                "invalid recipient", "invalid mailbox", "invalid user", "no mailbox",
                "unknown or illegal", "does not exist", "doesn't exist", "doesn't have a",
                "not a valid mailbox", "not a valid user", "no such recipient",
                "no such address", "address unknown", "unknown address", "unknown local part",
                "address does not exist", "not listed in", "unknown mailbox",
                "user does not exist", "account not found", "no such account",
                "unknown account", "account does not exist", "mailbox does not exist",
                "recipient address rejected user unknown", "unrouteable address",
                "unroutable address", "not our customer", "no account", "not known here",
                "recipnotfound", "resolver.adr.recipientnotfound", "recipientnotfound",
                "no longer available", "is not a known user", "not a registered",
                "couldn't be found", "could not be found", "wasn't found",
                "user doesn't exist", "undeliverable address", "no longer valid",
                "addressee unknown", "unknown email address", "destination address rejected",
                "bad address", "bad destination mailbox", "is not recognized",
                "recipient does not exist", "no valid recipient", "there is no user",
                "no such person", "unknown to", "not in directory", "email address not found",
                "this address no longer accepts mail", "permanently unavailable",
                "mailbox is not available", "address not found", "user is unknown",
                "no local mailbox", "is unknown", "unknown name", "not exist",
                "sorry no mailbox here by that name", "this user doesn't have",
            ]
        ),
        (
            .policy,
            [
                "relay not permitted", "relaying denied", "relay access denied",
                "not permitted to relay", "relay denied", "unable to relay",
                "policy violation", "security policy", "access denied", "policy reasons",
                "administrative prohibition", "not authorized", "unauthorized",
                "not allowed", "for policy", "prohibited", "violates",
                "permission denied", "site policy", "local policy",
            ]
        ),
        (
            .content,
            [
                "content rejected", "message content", "virus", "malware", "attachment",
                "malformed", "invalid header", "bad header", "content filter",
                "headers missing", "bare linefeed", "bare lf",
            ]
        ),
        (
            .expired,
            [
                "delivery time expired", "retry timeout exceeded", "message expired",
                "too long in queue", "retry time not reached for any host after",
                "been in the queue too long", "has been in the queue", "in my queue for too long",
                "queue too long", "delivery expired", "maximum retry", "giving up",
                "could not be delivered for", "time limit exceeded",
            ]
        ),
        (
            .connection,
            [
                "connection refused", "connection timed out", "timed out", "timeout",
                "network is unreachable", "no route to host", "connection reset",
                "lost connection", "connection lost", "unable to connect", "connect failed",
                "could not connect", "host is unreachable", "cannot connect",
                "connection died", "connection dropped", "too many hops", "mail loop",
                "loops back to myself", "hop count exceeded", "routing loop",
                "no answer from host", "not responding", "host down",
                "establish an smtp connection",
            ]
        ),
        (
            .sender,
            [
                "sender rejected", "sender address rejected", "sender verify failed",
                "invalid sender", "sender denied", "bad sender", "sender domain",
                "sender not",
            ]
        ),
        (
            .system,
            [
                "system error", "local error", "internal error", "server error",
                "configuration error", "can't create", "cannot create", "i o error",
                "disk full", "file system", "temporary failure", "local configuration",
                "resources temporarily unavailable", "system resources",
                "temporary local problem", "mail system", "service unavailable",
                "not enough disk", "insufficient system", "deferred",
            ]
        ),
        (.suppressed, ["suppression list"]),
    ]
}
