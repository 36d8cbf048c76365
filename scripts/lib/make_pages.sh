#!/bin/bash
# make_pages.sh VARHUSH FOLDER: writes man pages (man1/) and completion scripts into FOLDER, from what
# the binary says about itself. Commands whose half is not in this build get no page.
set -eu
varhush=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder/man1"
version=$("$varhush" version --short)

# Help text to roff: headings at the first column become sections, the rest stays as it is set.
to_roff() { # NAME SUMMARY
    printf '.TH %s 1 "" "varhush %s" "varhush"\n.SH NAME\n%s \\- %s\n' \
        "$(echo "$1" | tr '[:lower:]' '[:upper:]')" "$version" "$1" "$2"
    printf '.SH DESCRIPTION\n.nf\n'
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/" \
        -e 's/^\([A-Z][A-Za-z ]*\):$/.fi\n.SH \U\1\E\n.nf/'
    printf '.fi\n'
}

"$varhush" --help | to_roff varhush 'what non-coding variants do to gene regulation' \
    >"$folder/man1/varhush.1"
"$varhush" --help | sed -n 's/^  \([a-z]\{1,\}\)  *\(.*\)/\1 \2/p' | while read -r name summary; do
    if help=$("$varhush" "$name" --help 2>/dev/null); then
        printf '%s\n' "$help" | to_roff "varhush-$name" "$summary" >"$folder/man1/varhush-$name.1"
    fi
done

"$varhush" completion bash >"$folder/varhush.bash"
"$varhush" completion zsh >"$folder/_varhush"
"$varhush" completion fish >"$folder/varhush.fish"
