/// The name of a member with what can be known of it before anything is rendered.
struct MemberName: Sendable {
    let bytes: [UInt8]
    let hash: UInt64
    /// What it means of a running loop.
    let ofLoop: LoopState.Member?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        hash = MemberNames.hash(bytes)
        ofLoop = LoopState.Member(rawValue: bytes.text)
    }
}
