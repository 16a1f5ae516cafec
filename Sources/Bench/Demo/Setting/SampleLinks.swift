/// The links of the sample newsletters that people in the demo follow, by the words they show.
enum SampleLinks {
    static let travel = "Board the train"
    static let cars = "Take the pass"
    static let unsubscribe = "unsubscribe here"

    /// Where the templates say they lead.
    static let targets: Set<String> = [
        "https://www.example.com/travel/australia-by-train",
        "https://www.example.com/cars/six-passes",
    ]
}
