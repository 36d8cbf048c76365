#!/bin/bash
# Format, lint and the other builds. `scripts/check.sh` runs format, tidy, tsan and asan (which is built
# without LibTorch, so it also shows that the light half stands alone); `scripts/check.sh format tidy` only
# those named: format tidy no-torch asan asan-torch tsan.
. "$(dirname "$0")/lib/common.sh"

# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES $TEST_PACKAGES $CHECK_PACKAGES

sources() { git ls-files --cached --others --exclude-standard 'apps/*.[ch]pp' 'lib/*.[ch]pp' 'tests/*.[ch]pp'; }

check_format() {
    say "clang-format"
    sources | xargs clang-format --dry-run --Werror
}

# HASH FILE: a file that passed before with the same text, headers and rules, in whatever checkout, needs no second look.
tidy_one() {
    local stamp=$TIDY_PASSED/$1 file=$2
    [ -e "$stamp" ] && return
    clang-tidy --quiet -p build/no-torch "$file" 2>/dev/null && touch "$stamp"
}

# Light half and apps: clang 14 cannot parse LibTorch 1.13 as C++20; GCC's warnings watch the rest.
check_tidy() {
    say "clang-tidy"
    export TIDY_PASSED=${XDG_CACHE_HOME:-$HOME/.cache}/varhush/tidy
    mkdir -p "$TIDY_PASSED"
    find "$TIDY_PASSED" -type f -mtime +30 -delete
    cmake --preset no-torch -DCMAKE_CXX_COMPILER_LAUNCHER= >/dev/null
    export -f tidy_one
    # One step after the other: in a pipe, what ends early would only mean fewer files.
    sources | grep '^\(apps\|lib\)/.*cpp$' | while read -r file; do
        if grep -q "$PWD/$file\"" build/no-torch/compile_commands.json; then echo "$file"; fi
    done >build/tidy-files
    [ -s build/tidy-files ] || die "no file to look at"
    python3 scripts/lib/tidy_stamps.py "$(clang-tidy --version)" "$(cat .clang-tidy)" <build/tidy-files >build/tidy-stamps
    xargs -P "$(nproc)" -L 1 bash -c 'tidy_one "$0" "$1" || { echo "clang-tidy: $1"; exit 1; }' <build/tidy-stamps
}

check_no_torch() {
    build_preset no-torch
    run_tests build/no-torch
}

check_asan() {
    build_preset asan
    # HTSlib keeps memory when decoding or its last flush fails, which the tests provoke.
    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 run_tests build/asan
}

check_asan_torch() {
    build_preset asan-torch
    # LibTorch and its libraries keep memory until the end of the process on purpose.
    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 run_tests build/asan-torch
}

check_tsan() {
    build_preset tsan -- tests/core/all tests/io/all tests/seq/all
    for part in core io seq; do
        TSAN_OPTIONS=halt_on_error=1 run_tests "build/tsan/tests/$part"
    done
}

[ $# -gt 0 ] || set -- format tidy tsan asan
for step in "$@"; do
    "check_${step//-/_}"
done
say "All checks passed: $*"
