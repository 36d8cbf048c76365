#!/bin/bash
# Installs what is missing (apt), builds build/release with the tests, and runs all of them.
# Further arguments go to ctest, e.g. -L unit.
. "$(dirname "$0")/lib/common.sh"

# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES $TEST_PACKAGES
build_preset release
say "Running all tests"
run_tests build/release "$@"
