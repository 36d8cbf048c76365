# Shared by the scripts of this folder; sourced, never run. Leaves the caller in the top folder.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

BUILD_PACKAGES="g++ cmake ninja-build pkg-config libhts-dev libtorch-dev libopenblas0-pthread
    libcli11-dev libboost-iostreams-dev zlib1g-dev nlohmann-json3-dev nettle-dev
    libbigwig-dev libgtest-dev libgmock-dev"
TEST_PACKAGES="samtools bcftools tabix bedtools mosdepth bwa bowtie chromium fonts-dejavu-core"
CHECK_PACKAGES="git clang clang-format clang-tidy python3"

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a command as root: directly, or with sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root: run the script as root, install sudo, or have an administrator run: $*"
    fi
}

# Installs those of the given Debian packages that are missing, and says which.
need_packages() {
    local missing=""
    command -v dpkg-query >/dev/null ||
        die "this is no Debian: install the counterparts of these packages by hand: $*"
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            missing="$missing $package"
    done
    if [ -z "$missing" ]; then
        say "All Debian packages are there"
        return
    fi
    say "Installing with apt:$missing"
    case $missing in
        *libtorch-dev*) echo "(a fresh machine loads about 350 MB and needs 2.3 GB; this takes some minutes)" ;;
    esac
    as_root apt-get update -qq || die "apt-get update failed; needed are:$missing"
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
        </dev/null >"${TMPDIR:-/tmp}/varhush-apt.$$.log" 2>&1 || {
        tail -n 20 "${TMPDIR:-/tmp}/varhush-apt.$$.log" >&2
        die "apt-get install failed; the whole log is ${TMPDIR:-/tmp}/varhush-apt.$$.log"
    }
    rm -f "${TMPDIR:-/tmp}/varhush-apt.$$.log"
}

# Parallel compilations: one a processor, and about 1.2 GB of memory for each.
compile_jobs() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '/MemAvailable/ {print int($2 / 1200000)}' /proc/meminfo)
    [ "$memory" -lt 1 ] && memory=1
    [ "$processors" -lt "$memory" ] && memory=$processors
    echo "$memory"
}

# build_preset PRESET [-DOPTION...] -- [TARGET...]: configures and builds; quiet, with the end of the
# log when something fails. Without targets everything is built. VARHUSH_CMAKE_OPTIONS may hold more
# options, e.g. -DCMAKE_PREFIX_PATH=… for another LibTorch. With ccache on the machine a second checkout
# compiles only what differs: paths below the checkout do not count as a difference.
build_preset() {
    local preset=$1 log jobs
    local options=() targets=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
    [ $# -gt 0 ] && shift
    [ $# -gt 0 ] && targets=(--target "$@")
    jobs=$(compile_jobs)
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
    fi
    mkdir -p "build/$preset"
    log=build/$preset/build.log
    say "Building build/$preset with $jobs jobs (log: $log)"
    {
        cmake --preset "$preset" "-DCMAKE_JOB_POOLS=compile=$jobs;link=$(((jobs + 1) / 2))" \
            ${options[@]+"${options[@]}"} ${VARHUSH_CMAKE_OPTIONS:-} &&
            cmake --build "build/$preset" -j "$((jobs + 1))" ${targets[@]+"${targets[@]}"}
    } >"$log" 2>&1 || {
        grep -n -m 20 -E 'error|FAILED' "$log" >&2 || true
        tail -n 20 "$log" >&2
        die "the build failed; the whole log is $log"
    }
}

# run_tests FOLDER [ctest options]: all tests below a build folder.
run_tests() {
    local folder=$1
    shift
    ctest --test-dir "$folder" --output-on-failure --no-tests=error -j "$(nproc)" "$@"
}
