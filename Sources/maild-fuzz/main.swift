import Fuzz
import Glibc

exit(Fuzz.main(CommandLine.arguments))
