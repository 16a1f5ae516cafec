/// Keys that were made for these tests and sign nothing else.
enum TestKeys {
    /// 2,048 bits.
    static let rsa = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDLdGHpyycVtQHz
        1g7SG4cUjUJjkgoptCuNlbZHGLADHSNInEmE6gTZljfUj4hcW6yjQgJsUDOVo1xO
        /zE6tHGP+DV3dGJzrg0NzC08CeFh/iXv9UTNBSuWlCswxfVNNcn93kuIEStVnSh5
        jhdIdIB601RsXG+Sdwe2z6m7+2PmncOK7KAhVvWAZlKdVjfpax1tH0+ADcd6oepn
        8LPF1C5e4eQr4bQL4ESdNao8ZGPrvaM5PyVYPymC6rfQzol4kdVJbkYW8CxQeAqu
        qecZ4D4UYd2Y4wfWr6Df2d8FoPFIFkNTU0f5tkiLA1F6jjkUR8B9XQwp8K7FqoKi
        hwVgrMc5AgMBAAECggEATiKfK9uSYhrG6i8uN/DMes8ZTQYcExIXm+OAQmOvzTJW
        h59F+N6rCClRvbd15gprDbPfHFvcw74eSFRnQqVj66emWP8AhG62orLkOGePAERL
        q5ElYBt5NvYmdC/CWmmq7m190n7Nhq65iZ1RQclEQmeAx7DkRHqkIsgz5nbQUhNb
        FBgbdQas43Vp3QoByG1D6nKvtfFNC9V5vB3qVfOSIQO924yYfDQfYBNzcxglplO1
        HYHi/uBB84bDkb6TneJ19OQlJlrq/050fjl3ECcqcKUVyXbyy7KVcQfrazZvggjg
        1ueznCRV1ijOg4LCQJ9rNli3j7s/ivMmKNUfmDFFZQKBgQDyiLPWnKNYlvPX8umB
        P7LsKlrQHeLGu7vvTyuO1SmcONIMyaatr8Q/KNY88JhXA2L+bW5JSx46osJBUjb2
        AEnsBaSXKzBqM9gAy+PDR9u2Dq0KS0l+4a3A03TsrOH/f0MIqPjCZAlaTOgsvaMH
        O2lIbNMfb+cxWJ02zJ/y1jTqkwKBgQDWwDf/lluH5ZGhYg6+RELIRBgISstaSCI1
        i3wkBBBVVssqmhOE9pq9KmD1G20/MxlRy/AZu2ukhA9zaE4v1nx1Gwpxc3P9NFcC
        2cCk/8FlJaOCckJ00lRnOmfFCugmqPRmG+j2/uCR/AG6mQq/kcFKFTKqo7vEyRBq
        7eIvljUKgwKBgHciLzR8PMCHZb/t0kVqxLi9FV6lT3/PN8GVYhAHJSlXv9YIN5eZ
        fwyHQrUseahEQZw4pLPb8j1bNZBgkh7EhYsqOm8HCAEi9jdt77M82O/UxasI0FFD
        CdZuCEE5qsmV+ZeHaKoT+YQhwuo3PJ2Q0WaCDjKjBS14GcGRQgBGuDeBAoGBALzR
        f6srcck4MWa7SAlFDY72SEcqNEhqOiHoRbuJEy9lw/buSBFVntKKa3u3pMO30yBX
        dwG5B7k8IDWx1WU8amuw3erIv4g3N/Yarcal1U5w3KZ6fjInKO0mrkzS/THYxiLt
        kVVy3tOcx4xgudGcf13663SbyCILQ3MxO/npUTOvAoGBAOhCCKhVY9fAZzd3MApU
        rSM/5Xgjmc8S1scewpJSmeyAKqVCL9TtR/IQuVoJa9okGlqwuiK+dorBZGx5xT4D
        rs4nID4PkbncmMFGNRjbsGF/vV93/c4p+tYnBC4jf6YtGYitmNjto0QtbwcVFFT7
        lpVW6sT1OGCvDlV4QhrrQAEd
        -----END PRIVATE KEY-----
        """

    static let ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINZSq85gFOp5+4YpFoZgLJzLWcpgkGv8y8mBbAbDMH2S
        -----END PRIVATE KEY-----
        """

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
