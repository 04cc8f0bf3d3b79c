/*
 * sign_keys.h: private keys made for tests, and the one that RFC 8463 publishes. They protect
 * nothing.
 */
#ifndef TD_SIGN_KEYS_H
#define TD_SIGN_KEYS_H

/* RFC 8463 A.2; its public key is 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= */
__attribute__((unused)) static const char ed25519_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

/* 1024 bits */
__attribute__((unused)) static const char rsa1024_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBANWv9camDQ7511X5\n"
    "wiqU+FX3bHtqNE3OxdOwU17yL9tZ3E+0UUQCxakiOUDga+nxNMyTB6/l/dXtVe1l\n"
    "i2gUsILd0MK40WwS/pPwCxi8EN1kyxDfTPo+VlI+Aqa7tho6s/STPI7AbR+kFL+j\n"
    "oLsDpqcrurW2k3SOnYLZq1H8HdzBAgMBAAECgYA+IHCGltSJHB59QqYvFyy0YcFK\n"
    "iHA4hvuBNmym2CcN0Sx6h+Rwr5WkPO0EbbsyQwykxcKgY2/PeLdY1AMZ+Znvieul\n"
    "wt7ENp6FCYDP/SSIpI83ZHIaCoVC+yuOZZkIA3qNXmIx1MwrPmPSzAMIwQsAGgI2\n"
    "m/X0eMGRnCobrJnQoQJBAP6lUWuWk0jC8G0OKq3xRO9KlGN18+dXNOH6r4uGpi0b\n"
    "Se7OY+aly4WaNlgvZ67xCFKyNxTsk599PEz+fE9pF40CQQDW0uFLBPS3mfzG3b1P\n"
    "0OStZT1eSeRJMbgvM/xwfs8BLKI++KhaD46p2ByvMKnhn9AP2IWI8yjbsqMR58PS\n"
    "oMMFAkAtSCyQWzhZqgCjA+/m+o5tlu+IOENlEgbfYHqy7wDB6KZfBuiQ7U6htWiQ\n"
    "ie2AGHCIdBSDbgZaSCTe9Coa3O9JAkBufCLW3IOn8hCpjt2QsVULQOhhGAvLAUFD\n"
    "Na99hBqe9f+z91tOhnXPMJEAIT0eB32QyMFVAAphg+yOhu6V44ypAkEAwQZ1s4af\n"
    "mskTgFQzTufIGw98JvrMMwZoeTJtaqp4XNPQL5URUYz86/Z8fk3ViRQ2OvnAQBwD\n"
    "rrk4z7pJu9WI3Q==\n"
    "-----END PRIVATE KEY-----\n";

/* 512 bits */
__attribute__((unused)) static const char rsa512_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAwiCM6zYlpBpYbkwS\n"
    "nwJNl2yFUrsxCTg0Pk5maX+jQrFHcufNR+U9trePUicul46/9x5ZH26nFDeZOqyk\n"
    "QwG/XQIDAQABAkBJ8iQ7pJCKBg8RVKDzOOldeNUAQpXXMTWVVj/kh94klMD5qx7i\n"
    "M+Yd68Lz0pxRJb7hVpeO7rdZHGYLlQPHq8nxAiEA5lOct5rtD00RJDlmfk99avs+\n"
    "Kelnid4WI8D4VeX5KG8CIQDXw/vfBlJMAoJFhwl0emr/1nOEBdkbvI2DAwu5aoiC\n"
    "8wIhAKeeRbjgyJCQF19zXoGhu7Y1bYH22GDe/OG8N33bxT2FAiA+cBtyBa1JC6zR\n"
    "G+uzhj1yfYd+HAcgzKaS1A3PgTGx2wIgVR6WirYjExicCebp/BCFzCeuZawOYCLi\n"
    "clcumFW/4vg=\n"
    "-----END PRIVATE KEY-----\n";

/* P-256 */
__attribute__((unused)) static const char ec_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvpFSqHgm1DZpDVbk\n"
    "vqlU8oIsKoVAlmED0hg8ku4K7mehRANCAARu17p0vQUOfWXfConXHyv3GOCZZASd\n"
    "UgBa4iHhupiSLz0yKXuPe3aiWni0V5R0TkhpUeRSK0HwQUqwfK8FfSj1\n"
    "-----END PRIVATE KEY-----\n";

/* Ed25519, encrypted */
__attribute__((unused)) static const char encrypted_pem[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh6Zvl6TcmhSQICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEGEzMTER8+CkjIwU661NraUEQLlj\n"
    "2tB/eZaDeCq/ARI0kMPYG60RBdQuOTkVcN5tG1MgokfDYNCCRipdYlN19TLWuAxq\n"
    "RS4yBk1D4dbXjY6FAZo=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

#endif
