import Client
import Glibc

exit(Maildctl.main())
