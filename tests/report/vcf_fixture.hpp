#pragma once

#include "varhush/io/variant_reader.hpp"
#include "varhush/io/variant_writer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

namespace varhush::report {

/// Writes VCF text to a file of the running test, reads it with io::VariantReader, lets the test
/// change header and records, writes them, and returns the text that came out.
class VcfFixture : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  ("varhush_report_" + std::string(info->name()) + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

    [[nodiscard]] io::VariantReader open(const std::string& text) const {
        std::ofstream(path("in.vcf")) << text;
        io::VariantReaderOptions options;
        options.path = path("in.vcf");
        return {options, pool_};
    }

    [[nodiscard]] std::string written(io::VariantReader& reader,
                                      const io::VariantHeader& header,
                                      const std::function<void(io::VariantRecord&)>& change) const {
        io::VariantWriterOptions options;
        options.path = path("out.vcf");
        io::VariantWriter writer(options, header, pool_);
        io::VariantRecord record;
        while (reader.next(record)) {
            change(record);
            writer.write(record);
        }
        writer.close();
        std::ostringstream text;
        text << std::ifstream(path("out.vcf")).rdbuf();
        return text.str();
    }

    io::ThreadPool pool_{0};
    std::filesystem::path folder_;
};

}  // namespace varhush::report
