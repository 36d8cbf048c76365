#include "stream_support.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

// bgzf_close() of HTSlib 1.16 returns without freeing anything when its flush fails, which the
// tests of full devices provoke.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:hts_open\n";
}

namespace varhush::io::test {

namespace fs = std::filesystem;

void FolderTest::SetUp() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              (std::string("varhush_") + info->test_suite_name() + "_" + info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
}

void FolderTest::TearDown() {
    fs::remove_all(folder_);
}

std::string FolderTest::write(const std::string& name, std::string_view text) const {
    std::ofstream out(folder_ / name, std::ios::binary);
    out << text;
    return path(name);
}

std::vector<std::string> FolderTest::files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string read_all(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

ShellResult shell(const std::string& command) {
    ShellResult result;
    FILE* pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        return result;
    }
    std::array<char, 65536> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        result.output.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return result;
}

std::optional<Error> error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error was thrown";
    return std::nullopt;
}

std::vector<std::string> read_records(const VariantReaderOptions& options, int threads) {
    const ThreadPool pool(threads);
    VariantReader reader(options, pool);
    VariantRecord record;
    std::vector<std::string> result;
    while (reader.next(record)) {
        std::string text = std::string(record.contig()) + ":" +
                           std::to_string(record.position() + 1) + " " + std::string(record.ref()) +
                           ">";
        for (std::size_t i = 0; i < record.alt_count(); ++i) {
            text += (i > 0 ? "," : "") + std::string(record.alt(i));
        }
        result.push_back(text);
    }
    return result;
}

void pass_through(const VariantReaderOptions& options,
                  const VariantWriterOptions& out,
                  int threads) {
    const ThreadPool pool(threads);
    VariantReader reader(options, pool);
    VariantWriter writer(out, reader.header(), pool);
    VariantRecord record;
    while (reader.next(record)) {
        writer.write(record);
    }
    writer.close();
}

std::string header_text(const std::vector<std::string>& samples) {
    std::string text =
        "##fileformat=VCFv4.2\n"
        "##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
        "##FILTER=<ID=q10,Description=\"low\">\n"
        "##contig=<ID=chr1,length=1000000>\n"
        "##contig=<ID=chr2,length=1000000>\n"
        "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"depth\">\n"
        "##INFO=<ID=AF,Number=A,Type=Float,Description=\"frequency\">\n"
        "##INFO=<ID=TXT,Number=.,Type=String,Description=\"text\">\n"
        "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"genotype\">\n"
        "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"quality\">\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
    if (!samples.empty()) {
        text += "\tFORMAT";
        for (const std::string& sample : samples) {
            text += "\t" + sample;
        }
    }
    return text + "\n";
}

}  // namespace varhush::io::test
