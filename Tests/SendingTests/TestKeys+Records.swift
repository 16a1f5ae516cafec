import Fixtures

/// What DNS would say of them.
extension TestKeys {
    static let rsaRecord =
        "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAy3Rh6csnFbUB89YO0huHFI1CY5IKKbQrjZW2"
        + "RxiwAx0jSJxJhOoE2ZY31I+IXFuso0ICbFAzlaNcTv8xOrRxj/g1d3Ric64NDcwtPAnhYf4l7/VEzQUr"
        + "lpQrMMX1TTXJ/d5LiBErVZ0oeY4XSHSAetNUbFxvkncHts+pu/tj5p3DiuygIVb1gGZSnVY36WsdbR9P"
        + "gA3HeqHqZ/CzxdQuXuHkK+G0C+BEnTWqPGRj672jOT8lWD8pguq30M6JeJHVSW5GFvAsUHgKrqnnGeA+"
        + "FGHdmOMH1q+g39nfBaDxSBZDU1NH+bZIiwNReo45FEfAfV0MKfCuxaqCoocFYKzHOQIDAQAB"
    static let ed25519Record = "v=DKIM1; k=ed25519; p=Q3ygDBJG3s27WecySnYTaMwBYyaLw1QN6e0xlrLkBZ8="
}
