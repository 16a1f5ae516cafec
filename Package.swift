// swift-tools-version: 6.3
// The targets are the architecture: each has one job, imports point downwards only, and the
// Makefile builds with `--explicit-target-dependency-import-check error` so that they stay so.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

/// A library target of ours and the test target that mirrors it.
struct Room {
    var name: String
    var uses: [String]
    /// C libraries; each is imported by exactly one room.
    var system: [String] = []
    /// What only its tests use.
    var testUses: [String] = []
    /// Files compiled in as bytes, so that a static binary needs nothing beside it.
    var embedded: [String] = []

    var targets: [Target] {
        [
            .target(
                name: name,
                dependencies: (uses + system).map { .target(name: $0) },
                resources: embedded.map { .embedInCode($0) },
                swiftSettings: settings,
                // The standard library's floating-point code calls libm; nothing pure imports it.
                linkerSettings: [.linkedLibrary("m")]),
            .testTarget(
                name: "\(name)Tests",
                dependencies: ([name] + uses + testUses).map { .target(name: $0) },
                exclude: name == "Bounce" ? ["Mails"] : [],
                swiftSettings: settings),
        ]
    }
}

let rooms: [Room] = [
    // Pure: no I/O, no clock, no await.
    Room(name: "Core", uses: []),
    Room(name: "JSON", uses: []),
    Room(name: "Diagnostics", uses: []),
    Room(name: "Sections", uses: ["Diagnostics"]),
    Room(name: "Expression", uses: ["Core", "Diagnostics"]),
    Room(name: "Rules", uses: ["Core", "Diagnostics", "Sections", "Expression"]),
    Room(name: "Liquid", uses: ["Core", "Diagnostics", "Expression", "JSON"]),
    Room(name: "Message", uses: ["Core"]),
    Room(
        name: "Composition",
        uses: [
            "Core", "Diagnostics", "Expression", "JSON", "Liquid", "Message", "Pacing", "Rules",
        ]),
    Room(name: "Bounce", uses: ["Core"], embedded: ["Judging/bounce.rules"]),
    Room(name: "SMTP", uses: ["Core", "Message"]),
    Room(name: "HTTP", uses: ["Core"]),
    Room(name: "Pacing", uses: ["Core"]),
    Room(name: "Incoming", uses: ["Core", "Diagnostics", "JSON", "Rules"]),
    Room(name: "Records", uses: []),

    // One kind of outside world each.
    Room(name: "Threads", uses: [], system: ["CEvents", "CHeap"]),
    Room(
        name: "Store",
        uses: ["Core", "Expression", "Incoming", "JSON", "Rules", "Seal", "Threads"],
        system: ["CSQLite"],
        testUses: ["PowerLoss"]),
    Room(
        name: "Journal", uses: ["Core", "Threads"], system: ["CFiles"], testUses: ["PowerLoss"]),
    Room(
        name: "Curl", uses: ["Core", "Message", "SMTP", "Threads"], system: ["CCurl"],
        testUses: ["Fixtures"]),
    Room(name: "Sockets", uses: ["HTTP", "Threads"], system: ["CLinux"]),
    Room(name: "Seal", uses: ["Core", "Threads"], testUses: ["Fixtures"]),
    Room(name: "Gzip", uses: []),

    // The marketers' folder as files, and maild.conf: for the daemon and for lint without it.
    Room(name: "Folder", uses: ["Composition", "Core", "Diagnostics", "Threads"]),
    Room(
        name: "Configuration",
        uses: ["Composition", "Core", "Diagnostics", "Pacing", "Sections", "Threads"]),

    // What a frozen version and a delivery are made into, for those who send and who serve.
    Room(
        name: "Versions",
        uses: ["Composition", "Core", "Diagnostics", "Rules", "Seal", "Store", "Threads"]),

    // The stations: they meet in Store and never import each other.
    Room(
        name: "Desk",
        uses: [
            "Core", "Composition", "Diagnostics", "Expression", "Folder", "JSON", "Message",
            "Rules", "Sockets", "Store", "Threads", "Versions",
        ]),
    Room(
        name: "Sending",
        uses: [
            "Bounce", "Core", "Composition", "Curl", "Expression", "JSON", "Journal", "Message",
            "Pacing", "Rules", "SMTP", "Seal", "Store", "Threads", "Versions",
        ], testUses: ["Bench", "Diagnostics", "Fixtures", "PowerLoss"]),
    Room(
        name: "Loop",
        uses: [
            "Composition", "Core", "Expression", "JSON", "Journal", "Rules", "Store", "Threads",
        ],
        testUses: ["Incoming", "PowerLoss"],
        embedded: ["Judging/agents.rules"]),
    Room(
        name: "Inbox",
        uses: ["Bounce", "Core", "Curl", "JSON", "Seal", "Sockets", "Store", "Threads"]),
    Room(
        name: "Site",
        uses: [
            "Core", "Composition", "Diagnostics", "Expression", "HTTP", "Incoming", "JSON",
            "Journal", "Liquid", "Pacing", "Rules", "Seal", "Sockets", "Store",
            "Threads", "Versions",
        ]),
    Room(
        name: "Control",
        uses: [
            "Core", "Diagnostics", "Expression", "Gzip", "HTTP", "Incoming", "JSON", "Records",
            "Rules", "Sockets", "Store", "Threads",
        ],
        testUses: ["Seal"]),

    // What puts them together.
    Room(
        name: "Daemon",
        uses: [
            "Bounce", "Composition", "Configuration", "Control", "Core", "Curl", "Desk",
            "Diagnostics", "Inbox", "JSON", "Journal", "Loop", "Message", "Pacing", "Rules", "Seal",
            "Sending",
            "Site", "Sockets", "Store", "Threads", "Versions",
        ],
        testUses: ["Fixtures"]),
    Room(
        name: "Client",
        uses: [
            "Bounce", "Composition", "Configuration", "Core", "Diagnostics", "Folder", "HTTP",
            "JSON", "Sockets", "Threads",
        ],
        testUses: ["Control", "Rules", "Store"]),
    Room(
        name: "Bench",
        uses: [
            "Bounce", "Client", "Composition", "Configuration", "Control", "Core", "Curl",
            "Daemon", "Desk", "Diagnostics", "Expression", "Folder", "HTTP", "Incoming", "JSON",
            "Journal", "Liquid", "Loop", "Message", "Pacing", "Rules",
            "SMTP", "Seal", "Sections", "Sending", "Site", "Sockets", "Store",
            "Threads", "Versions",
        ]),

    // Hostile bytes for the pure rooms; not installed.
    Room(
        name: "Fuzz",
        uses: [
            "Bounce", "Composition", "Core", "Diagnostics", "Expression", "HTTP", "Incoming",
            "JSON", "Liquid", "Records", "Rules",
        ]),
]

let package = Package(
    name: "maild",
    products: [
        .executable(name: "maild", targets: ["maild"]),
        .executable(name: "maildctl", targets: ["maildctl"]),
        .executable(name: "maild-bench", targets: ["maild-bench"]),
        .executable(name: "maild-fuzz", targets: ["maild-fuzz"]),
    ],
    targets: rooms.flatMap(\.targets) + [
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CEvents"),
        .systemLibrary(name: "CFiles"),
        .systemLibrary(name: "CHeap"),
        .systemLibrary(name: "CLinux"),
        .executableTarget(name: "maild", dependencies: ["Daemon"], swiftSettings: settings),
        .executableTarget(name: "maildctl", dependencies: ["Client"], swiftSettings: settings),
        .executableTarget(name: "maild-bench", dependencies: ["Bench"], swiftSettings: settings),
        .executableTarget(name: "maild-fuzz", dependencies: ["Fuzz"], swiftSettings: settings),
        // What tests of several rooms need.
        .target(name: "Fixtures", path: "Tests/Fixtures", swiftSettings: settings),
        // A disk that loses what was not synced, for tests only: the second to import SQLite.
        .target(
            name: "PowerLoss", dependencies: ["Core", "CSQLite"], path: "Tests/PowerLoss",
            swiftSettings: settings),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "Bench", "Client", "Core", "HTTP", "JSON", "PowerLoss", "Sockets", "Store",
                "Threads",
            ],
            swiftSettings: settings),
    ]
)
