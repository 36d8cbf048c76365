# Shared by the benchmark scripts: whole processes timed in turn, medians and ratios as Markdown rows.
# Needs GNU time (Debian package "time").

# begin_bench: sets varhush (VARHUSH, else the release build) and bench_dir, a folder that goes away with the script.
begin_bench() {
    varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
    bench_dir=$(mktemp -d)
    trap 'rm -rf "$bench_dir"' EXIT
    [ -x "$varhush" ] || { echo "bench: build first (bash scripts/quickstart.sh)" >&2; exit 1; }
}

# measure LABEL COMMAND...: runs it once, appends "wall cpu peak_mb" to $bench_dir/LABEL.
measure() {
    local label=$1
    shift
    local raw
    raw=$(mktemp "$bench_dir/time.XXXXXX")
    if ! /usr/bin/time -f '%e %U %S %M' -o "$raw" "$@" >"$bench_dir/$label.out" 2>"$bench_dir/$label.err"; then
        echo "bench: '$label' failed; its last lines:" >&2
        tail -5 "$bench_dir/$label.err" >&2
        exit 1
    fi
    tail -1 "$raw" | awk '{printf "%.2f %.2f %.0f\n", $1, $2 + $3, $4 / 1024}' >>"$bench_dir/$label"
    rm -f "$raw"
}

# median LABEL COLUMN
median() {
    awk -v c="$2" '{print $c}' "$bench_dir/$1" | sort -n |
        awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

# ratio_range A B COLUMN: "median (min-max)" of A/B pair by pair.
ratio_range() {
    paste -d' ' "$bench_dir/$1" "$bench_dir/$2" |
        awk -v c="$3" '{print $c / $(c + 3)}' | sort -n |
        awk '{v[NR] = $1}
             END {m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
                  printf "%.1f (%.1f-%.1f)", m, v[1], v[NR]}'
}

# row TEXT LABEL: one Markdown row with the medians of a label.
row() {
    printf '| %s | %s | %s | %s |\n' "$1" "$(median "$2" 1)" "$(median "$2" 2)" "$(median "$2" 3)"
}

# put_section FILE NAME: replaces the text between "<!-- NAME begin -->" and "<!-- NAME end -->" by stdin.
put_section() {
    local file=$1 name=$2 text
    text=$(mktemp)
    cat >"$text"
    if ! grep -q "<!-- $name begin -->" "$file"; then
        printf '\n<!-- %s begin -->\n<!-- %s end -->\n' "$name" "$name" >>"$file"
    fi
    awk -v name="$name" -v text="$text" '
        $0 == "<!-- " name " begin -->" {print; while ((getline line < text) > 0) print line; inside = 1; next}
        $0 == "<!-- " name " end -->" {inside = 0}
        !inside' "$file" >"$file.new"
    mv "$file.new" "$file"
    rm -f "$text"
}

machine_line() {
    printf '%s, %s processors, %s' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
        "$(nproc)" "$(. /etc/os-release && echo "$PRETTY_NAME")"
}

# made_transcriptome FILE BASES TRAINING...: `bench transcriptome` into FILE, unless it is there.
made_transcriptome() {
    local file=$1 bases=$2
    shift 2
    [ ! -s "$file" ] || return 0
    [ $# -gt 0 ] || { echo "bench: name a FASTA to learn the composition from" >&2; exit 1; }
    "$varhush" bench transcriptome -q "$@" --bases "$bases" -o "$file"
}

# nearest_transcript FASTA LENGTH: the first record whose length is nearest, on one line.
nearest_transcript() {
    awk -v wanted="$2" '
        function judge(   d) {
            d = length(bases) - wanted
            d = d < 0 ? -d : d
            if (best == "" || d < least) { best = name "\n" bases; least = d }
        }
        /^>/ { if (bases != "") { judge() } name = $0; bases = ""; next }
        { bases = bases toupper($0) }
        END { judge(); print best }' "$1"
}
