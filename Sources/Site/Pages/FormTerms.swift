package import Store

/// How many forms are taken: whoever would bomb a mailbox needs an address that is asked often, or
/// many networks.
package struct FormTerms: Hashable, Sendable {
    /// Forms that a network (24 bits of IPv4, 48 of IPv6) may send.
    package var networkPerHour = 30
    /// How often an address is asked.
    package var address = OptIn.Limits()

    package init() {}
}
