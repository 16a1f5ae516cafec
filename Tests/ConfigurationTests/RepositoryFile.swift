import Glibc

/// The bytes of a file, by its path from the top of the repository.
func repositoryFile(_ path: String, from here: String = #filePath) throws -> [UInt8] {
    let top = here.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let file = fopen("/\(top)/\(path)", "r") else { throw MissingFile(path: path) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
}

struct MissingFile: Error {
    var path: String
}
