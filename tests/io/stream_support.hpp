#pragma once

#include "varhush/core/error.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/io/variant_writer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io::test {

/// A folder of its own for each test, gone afterwards.
class FolderTest : public testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_ / name).string();
    }
    std::string write(const std::string& name, std::string_view text) const;
    [[nodiscard]] std::vector<std::string> files() const;  ///< sorted names

    std::filesystem::path folder_;
};

std::string read_all(const std::string& path);

struct ShellResult {
    int status = -1;
    std::string output;
};
/// Runs a bash command line; stdout and stderr together.
ShellResult shell(const std::string& command);

/// The error `body` throws; fails the test when it does not.
std::optional<Error> error_of(const std::function<void()>& body);

/// Reads everything of `options`; "chr1:5 A>C,G" a record.
std::vector<std::string> read_records(const VariantReaderOptions& options, int threads = 0);

/// Reads `options` and writes what comes.
void pass_through(const VariantReaderOptions& options,
                  const VariantWriterOptions& out,
                  int threads = 0);

/// A header with contigs chr1 and chr2, FILTER q10, INFO DP, AF and TXT, FORMAT GT and GQ; with
/// `samples` names behind.
std::string header_text(const std::vector<std::string>& samples = {});

}  // namespace varhush::io::test
