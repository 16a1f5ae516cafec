/// Media types by the ending of a file's name (IANA's registry, as far as people attach them).
enum MediaType {
    static let known: [String: String] = [
        "csv": "text/csv", "doc": "application/msword",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "epub": "application/epub+zip", "gif": "image/gif", "ics": "text/calendar",
        "jpeg": "image/jpeg", "jpg": "image/jpeg", "json": "application/json", "mp3": "audio/mpeg",
        "mp4": "video/mp4", "odp": "application/vnd.oasis.opendocument.presentation",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf",
        "pkpass": "application/vnd.apple.pkpass", "png": "image/png",
        "ppt": "application/vnd.ms-powerpoint",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf": "application/rtf", "txt": "text/plain", "vcf": "text/vcard", "webp": "image/webp",
        "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xml": "application/xml", "zip": "application/zip",
    ]

    /// Endings that mail programs and relays take for programs.
    private static let programs: Set<String> = [
        "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "htm", "html", "iso", "jar", "js",
        "lnk", "msi", "ps1", "reg", "scr", "sh", "svg", "vbe", "vbs", "wsf",
    ]

    /// In lower case, without the dot; empty when there is none.
    static func ending(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// With the character set where the text is UTF-8.
    static func of(_ name: String, _ bytes: [UInt8]) -> String {
        let type = known[ending(of: name)] ?? "application/octet-stream"
        guard type.hasPrefix("text/"), String(validating: bytes, as: UTF8.self) != nil else {
            return type
        }
        return type + "; charset=utf-8"
    }

    /// Whether a file of that name is one that people attach or show. SVG is read only to be
    /// refused with a reason.
    static func isAsset(_ path: String) -> Bool {
        let ending = ending(of: path)
        return known[ending] != nil || ending == "svg"
    }

    /// Why a file cannot be attached; nil when it can.
    static func objection(to name: String) -> String? {
        guard programs.contains(ending(of: name)) else { return nil }
        return "\(name) would be taken for a program and refused by mail providers"
    }
}
