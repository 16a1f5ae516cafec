import Fixtures

extension TestKeys {
    /// 1,024 bits.
    static let short = """
        -----BEGIN PRIVATE KEY-----
        MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAK8a2yFZkiKfBYMG
        uEbxbeg5KgghLR7W0F3OCb+fE0syNo2MrSiwdMpOcq0LjoYxqjwjt/GJJXh7dZUy
        223/eUsCGq9CJ9rKvYHypxcWNKJ9u559qGCslbYKMhrGPabPVx5zm9KEGbVryzVb
        RMaRwp+aO98JJmioo/dHnX4vY6u7AgMBAAECgYAYjTZuXaW8zvkx3u5VnCJh7inz
        i9tMuKfsjygUwxQsdfTqMfBRhTRK7Wbs1nL8Y9hPqF5xMl6bnwvkiIX1zV1PKJlT
        dqSiaBjd1tT5NlSJjTvZKeuu8Yt0cZ5sqSg7VvNFhAK+Vq3FTgR/3GSa0Ll8FSE5
        C3tPG1cVMSMZF8M0yQJBAOCg4hYw+lmjGTdECVSYdI2wMRfAYnRPQ1YGL48efQSq
        woeIghIo+nzRHQtLdY7PIrbwVWLgFCYJ0wxi519qn9cCQQDHj1zmM6L90Dinsg/P
        NmJuYDhjWPBW6NAdQsiZBcwfklpwEOiZ8YK/OzvO6ouQFBa12Q7+KUjDZdWpZ5p+
        ZGa9AkEAl+g0/QziQPwrcVRxeuQe7jLZAFb6Pe3ce7BzOTZFFYLlSwLl86ICw6Yn
        HhxJw+oQb+bX16Xx+kdqklXQYpaYwQJBAJa8jIB52pD7mf/ZeSWcv8b9uToZsRkE
        rEad7mXfwirK4rMponi9u3P1Kx0FfzvqYKkldrS2vHaT0ksurbzw28UCQAHKUDtG
        wEUY+QbhLu2kOZNijlYTg2ftDcARDBibOaolUi45vb3W+NBRR0sPsKcnSXJQArwb
        ytqF4mSDDRyW2js=
        -----END PRIVATE KEY-----
        """

    /// NIST P-256.
    static let curve = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnIOnyL6VdhG0p40A
        9I5GD8pATD0Qnm0sY/SrWktXaqahRANCAAQoVm9kQL+3O8Ql985IXLB2yef3Rijp
        1r8X4pNgI0f6SNxx5TVLacJc4Kq4cI224ZEGTJlIQeRWkEnOZvNvwL7X
        -----END PRIVATE KEY-----
        """

    /// Ed25519, under a password.
    static let locked = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhoxZjHnAUy2gICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIAcjMbulEhum0zgCWAeEYkEQNXe
        vXYRhPrLoVhCeeAWi6vNskUTXuDHrdDb0mDuy3LVTMFOQ2ONxhB6Cu+DKRKZ+ZJ2
        63gdKkfDxVn6zcWPl7U=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// The public half of `rsa`.
    static let onlyPublic = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAy3Rh6csnFbUB89YO0huH
        FI1CY5IKKbQrjZW2RxiwAx0jSJxJhOoE2ZY31I+IXFuso0ICbFAzlaNcTv8xOrRx
        j/g1d3Ric64NDcwtPAnhYf4l7/VEzQUrlpQrMMX1TTXJ/d5LiBErVZ0oeY4XSHSA
        etNUbFxvkncHts+pu/tj5p3DiuygIVb1gGZSnVY36WsdbR9PgA3HeqHqZ/CzxdQu
        XuHkK+G0C+BEnTWqPGRj672jOT8lWD8pguq30M6JeJHVSW5GFvAsUHgKrqnnGeA+
        FGHdmOMH1q+g39nfBaDxSBZDU1NH+bZIiwNReo45FEfAfV0MKfCuxaqCoocFYKzH
        OQIDAQAB
        -----END PUBLIC KEY-----
        """
}
