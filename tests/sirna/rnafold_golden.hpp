#pragma once

#include "test_paths.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace varhush::sirna {

/// Rows of a table as column -> text.
using GoldenRow = std::map<std::string, std::string>;

/// A table of `folder`, `name` with or without ".gz".
std::vector<GoldenRow> read_golden(const std::filesystem::path& folder, const std::string& name);

/// The part that lies in tests/data.
inline std::filesystem::path small_golden() {
    return std::filesystem::path(VARHUSH_TEST_DATA) / "sirna" / "rnafold";
}

/// All of it: VARHUSH_SHARED/fixtures/rnafold, by default beside the source tree.
inline std::filesystem::path shared_folder() {
    const char* folder = std::getenv("VARHUSH_SHARED");
    return folder != nullptr ? std::filesystem::path(folder)
                             : std::filesystem::path(VARHUSH_SOURCE_DIR).parent_path() / "shared";
}

/// Runs once with each of the two, and skips itself where the second is not there.
class RnafoldGolden : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        folder_ = GetParam() ? shared_folder() / "fixtures" / "rnafold" : small_golden();
        if (GetParam() && !std::filesystem::exists(folder_ / "fold_expected.tsv")) {
            GTEST_SKIP() << "needs the shared fixtures (VARHUSH_SHARED)";
        }
    }
    [[nodiscard]] std::vector<GoldenRow> read(const std::string& name) const {
        return read_golden(folder_, name);
    }
    std::filesystem::path folder_;
};

inline std::string golden_name(const testing::TestParamInfo<bool>& info) {
    return info.param ? "shared" : "small";
}

}  // namespace varhush::sirna
