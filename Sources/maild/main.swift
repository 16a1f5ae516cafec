import Daemon
import Glibc

exit(Maild.main(CommandLine.arguments.dropFirst()))
