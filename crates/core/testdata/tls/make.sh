#!/bin/sh
# Makes every container of this directory anew. Needs OpenSSL 3 with its legacy provider. The keys are thrown away,
# so the files change with each run; the tests read only what README.md promises.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=36500
latin='password-for-tests'
cyrillic='Пароль-для-проверки'

authority() { # file, subject, issuer ("" for itself)
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
    printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' > "$work/ca.ext"
    openssl req -new -utf8 -key "$work/$1.key" -subj "$2" -out "$work/$1.csr"
    if [ -z "$3" ]; then
        openssl x509 -req -in "$work/$1.csr" -signkey "$work/$1.key" -days $days -extfile "$work/ca.ext" -out "$work/$1.pem"
    else
        openssl x509 -req -in "$work/$1.csr" -CA "$work/$3.pem" -CAkey "$work/$3.key" -days $days -extfile "$work/ca.ext" -out "$work/$1.pem"
    fi
}

authority root '/O=Rubank tests/CN=Rubank Test Root' ''
authority intermediate '/O=Rubank tests/CN=Rubank Test Intermediate' root
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/leaf.key"
printf 'extendedKeyUsage=clientAuth\n' > "$work/leaf.ext"
openssl req -new -utf8 -key "$work/leaf.key" -subj '/O=ООО Проверка/CN=FINTECH00 Проверка' -out "$work/leaf.csr"
openssl x509 -req -in "$work/leaf.csr" -CA "$work/intermediate.pem" -CAkey "$work/intermediate.key" -days $days \
    -extfile "$work/leaf.ext" -out "$work/leaf.pem"
cp "$work/leaf.pem" leaf.pem
# The wrong way round on purpose: readers have to order it.
cat "$work/root.pem" "$work/intermediate.pem" > "$work/above.pem"
cp "$work/above.pem" above.pem

p12() { # file, password, more options
    file=$1; password=$2; shift 2
    printf '%s\n' "$password" > "$work/password"
    openssl pkcs12 -export -in "$work/leaf.pem" -inkey "$work/leaf.key" -certfile "$work/above.pem" \
        -name 'Проверка' -passout "file:$work/password" -out "$file" "$@"
}
p12 aes.p12 "$latin"
p12 aes-cyrillic.p12 "$cyrillic"
p12 legacy.p12 "$latin" -legacy
p12 legacy-cyrillic.p12 "$cyrillic" -legacy
p12 legacy-3des.p12 "$latin" -legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
p12 empty-password.p12 ''
p12 no-mac.p12 "$latin" -nomac
p12 camellia.p12 "$latin" -certpbe camellia-256-cbc -keypbe camellia-256-cbc
p12 rc4.p12 "$latin" -legacy -certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC4-128
printf '%s\n' "$latin" > "$work/password"
openssl pkcs12 -export -nokeys -in "$work/leaf.pem" -passout "file:$work/password" -out no-key.p12
openssl pkcs12 -export -nocerts -inkey "$work/leaf.key" -passout "file:$work/password" -out no-certificate.p12

key() { # file, password, more options
    file=$1; password=$2; shift 2
    printf '%s\n' "$password" > "$work/password"
    openssl pkcs8 -topk8 -in "$work/leaf.key" -passout "file:$work/password" -out "$file" "$@"
}
key aes.key "$latin"
key aes-cyrillic.key "$cyrillic"
key aes-128-sha1.key "$latin" -v2 aes-128-cbc -v2prf hmacWithSHA1
key 3des.key "$latin" -v2 des3 -v2prf hmacWithSHA1
key scrypt.key "$latin" -scrypt
key camellia.key "$latin" -v2 camellia-256-cbc
key pbes1-3des.key "$latin" -v1 PBE-SHA1-3DES
key pbes1-des.key "$latin" -provider legacy -provider default -v1 PBE-MD5-DES
printf '%s\n' "$latin" > "$work/password"
openssl rsa -in "$work/leaf.key" -aes256 -traditional -passout "file:$work/password" -out old-form.key
