internal import Core
internal import Incoming
internal import JSON
internal import Store

/// One request of another system, read and checked: what is to be recorded, piece by piece.
struct Call: Sendable {
    enum Matter: Sendable {
        /// With what its click id stands for.
        case event(IncomingEvent, clicked: Int64?)
        case profile(IncomingProfile)
        case refused(IncomingFault)
    }

    struct Piece: Sendable {
        var line: Int
        var matter: Matter
    }

    /// The key was used for another request before.
    struct KeyReused: Error {}

    /// How far a call has come.
    struct Progress: Sendable {
        var done = 0
        var answers: [JSON] = []
        /// Nothing was left to do: the answers are those of an earlier request.
        var isReplay = false
    }

    /// Pieces recorded in one transaction, so that clicks and deliveries get their turn.
    static let piecesPerTransaction = 100

    var pieces: [Piece]
    var terms: IncomingTerms
    /// The idempotency key.
    var key: String?
    /// Of target and body.
    var hash: String

    /// Records the next pieces; with a key, behind those that an earlier request with it has
    /// recorded, which may be at work at the same time.
    func proceed(
        from last: Progress, in access: WriteAccess, at now: Instant
    ) throws -> Progress {
        var progress = last
        if let key, let known = try access.request(key, of: terms.caller) {
            guard known.hash == hash else { throw KeyReused() }
            progress.done = known.done
            progress.answers = known.answers
            progress.isReplay = known.done >= pieces.count && last.done == 0
        }
        guard progress.done < pieces.count else { return progress }
        let end = min(progress.done + Self.piecesPerTransaction, pieces.count)
        for piece in pieces[progress.done..<end] {
            progress.answers.append(try answer(piece, in: access, at: now))
        }
        progress.done = end
        if last.done == 0 { try access.forgetOldRequests(at: now) }
        if let key {
            try access.remember(
                RememberedRequest(hash: hash, done: end, answers: progress.answers), key,
                of: terms.caller, at: now)
        }
        return progress
    }

    private func answer(
        _ piece: Piece, in access: WriteAccess, at now: Instant
    ) throws -> JSON {
        switch piece.matter {
        case .refused(let fault): CallAnswer.piece(piece.line, fault)
        case .event(let event, let clicked):
            CallAnswer.piece(
                piece.line, try access.take(event, clicked: clicked, terms, at: now))
        case .profile(let profile):
            CallAnswer.piece(piece.line, try access.take(profile, terms, at: now))
        }
    }
}
