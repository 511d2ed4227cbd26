#include "ctl/evidence_check.hpp"

namespace ctl {

namespace {

constexpr std::string_view mailbox_here = "@MAILBOX@";

constexpr std::string_view script = R"sh(#!/bin/sh
# check.sh PUBLIC-KEY...
set -eu; export LC_ALL=C
bad() { echo "$*" >&2; exit 1; }
work=$(mktemp -d); trap 'rm -r "$work"' EXIT; mkdir "$work/keys"; cp "$@" "$work/keys/"
cd archive/@MAILBOX@
signed() { # FILE SIGNATURE NAME
  for key in "$work"/keys/*; do
    openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$1" -sigfile "$2" \
      >"$work/said" 2>&1 && return
  done
  bad "BAD SIGNATURE: $3"
}
for list in [0-9]*/*/*/SHA256SUMS; do
  if [ -e "$list.sig" ]; then signed "$list" "$list.sig" "$list"; cp "$list" "$work/list"
  else
    sed '/^$/,$d' checkpoint >"$work/head"
    tail -n 1 checkpoint | cut -d ' ' -f 3 >"$work/note"
    base64 -d "$work/note" >"$work/raw" || bad "BAD SIGNATURE: checkpoint"
    tail -c 64 "$work/raw" >"$work/sig"
    signed "$work/head" "$work/sig" checkpoint
    set -- $(grep '^list ' checkpoint); [ "$2" = "$list" ] || bad "NOT SIGNED: $list"
    head -n "$3" "$list" >"$work/list"
    [ "$(sha256sum <"$work/list")" = "$4  -" ] || bad "CHANGED: $list"
  fi
  (cd "${list%/*}" && sha256sum --strict --ignore-missing --check "$work/list") \
    >"$work/found" 2>&1 || bad "CHANGED: $(grep FAILED "$work/found")"
  sed -n 's/: OK$//p' "$work/found" |
    while read -r name; do realpath "${list%/*}/$name"; done >>"$work/proved"
done
find "$(pwd -P)"/[0-9]* -type f ! -name 'SHA256SUMS*' | sort >"$work/files"
sort -u "$work/proved" | comm -23 "$work/files" - >"$work/unproved"
[ ! -s "$work/unproved" ] || bad "IN NO SIGNED LIST: $(cat "$work/unproved")"
echo "ok: $(wc -l <"$work/files") files"
)sh";

constexpr std::string_view english = R"(## How to check it

Get permitd's public key elsewhere than from here: from whoever runs it, on paper or from an
earlier copy. The keys beneath `archive/keys` show nothing by themselves. What a key is known by:

```
openssl pkey -pubin -in archive/keys/KEY.pub.pem -outform DER | sha256sum
```

Its first 8 digits are the name of the file. Where a key came after another, the old one signed it:

```
openssl pkeyutl -verify -pubin -inkey OLD.pub.pem -rawin -in archive/keys/NEW.pub.pem \
  -sigfile archive/keys/NEW.pub.pem.sig
```

Then, in this directory and with every key that you believe:

```sh
)";

constexpr std::string_view english_end = R"(```

It says whether each file beneath `archive/@MAILBOX@` is listed, with the bytes that it has here, in
a list that one of those keys signed: whole by `SHA256SUMS.sig`, or where its day was not over, as
far as `checkpoint` says. Step by step it is the same: check the signature of a list with
`openssl pkeyutl`, then `sha256sum --check --ignore-missing SHA256SUMS` in its folder.

A receipt names what it is about: `InReplyTo/File/@sha256` is the name of the original,
`Proof/RequestSha256` and `Proof/AnswerSha256` are the digests of what was sent and answered,
`Proof/PeerCertificateSha256` is that of the certificate that the ministry's server showed.

A list names every file of its day; those about other things are not here, and `--ignore-missing`
passes them over. That nothing was left out here, only the whole archive shows
(`permitctl verify`).
)";

constexpr std::string_view chinese = R"(## 如何核对

请另行取得 permitd 的公钥：向其运行方索取，取自纸质文件或以前的副本。`archive/keys` 中的公钥本身
不能证明什么。公钥的标识：

```
openssl pkey -pubin -in archive/keys/KEY.pub.pem -outform DER | sha256sum
```

其前 8 位即为文件名。更换过密钥的，旧密钥对新公钥签了名：

```
openssl pkeyutl -verify -pubin -inkey OLD.pub.pem -rawin -in archive/keys/NEW.pub.pem \
  -sigfile archive/keys/NEW.pub.pem.sig
```

然后在本目录中，用您信任的全部公钥运行：

```sh
)";

constexpr std::string_view chinese_end = R"(```

它说明 `archive/@MAILBOX@` 中的每个文件，是否以此处的内容列入了由上述某个公钥签名的清单：当日已
结束的，由 `SHA256SUMS.sig` 整体签名；当日尚未结束的，签名到 `checkpoint` 所载的行数。也可逐步
核对：用 `openssl pkeyutl` 核对清单的签名，再在其目录中运行
`sha256sum --check --ignore-missing SHA256SUMS`。

回执说明其所涉内容：`InReplyTo/File/@sha256` 是原件的文件名，`Proof/RequestSha256` 与
`Proof/AnswerSha256` 是所发请求与所收应答的摘要，`Proof/PeerCertificateSha256` 是主管部门服务器
所出示证书的摘要。

清单列出当日的全部文件；与此无关的文件不在此处，`--ignore-missing` 会略过它们。此处有无遗漏，只有
完整的归档才能证明（`permitctl verify`）。
)";

}  // namespace

std::string check_of(const std::string& mailbox, Language language) {
    const bool is_english = language == Language::English;
    std::string out{is_english ? english : chinese};
    out += script;
    out += is_english ? english_end : chinese_end;
    for (std::size_t at = 0; (at = out.find(mailbox_here, at)) != std::string::npos;)
        out.replace(at, mailbox_here.size(), mailbox);
    return out;
}

}  // namespace ctl
