/// Keys that were made for these tests and sign nothing else.
package enum TestKeys {
    /// 2,048 bits.
    package static let rsa = """
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

    package static let ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINZSq85gFOp5+4YpFoZgLJzLWcpgkGv8y8mBbAbDMH2S
        -----END PRIVATE KEY-----
        """
}
