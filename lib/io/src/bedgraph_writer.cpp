#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/signal_writer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace varhush::io {

struct BedGraphWriter::Impl {
    explicit Impl(const std::string& path) : out(path, packing_for(path)) {}

    void flush() {
        if (start == end) {
            return;
        }
        line = contig;
        append(start);
        append(end);
        append(value);
        line += '\n';
        out.write(line);
        start = end;
    }
    template <class Number>
    void append(Number number) {
        std::array<char, 40> digits;
        const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        line += '\t';
        line.append(digits.data(), done.ptr);
    }

    OutputFile out;
    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = 0;
    float value = 0;
    std::string line;
};

BedGraphWriter::BedGraphWriter(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
BedGraphWriter::~BedGraphWriter() = default;

void BedGraphWriter::add_bins(const std::string& contig,
                              std::int64_t start,
                              std::int64_t bin_bp,
                              std::span<const float> values) {
    for (const float value : values) {
        add(contig, start, start + bin_bp, value);
        start += bin_bp;
    }
}

void BedGraphWriter::add(const std::string& contig,
                         std::int64_t start,
                         std::int64_t end,
                         float value) {
    VARHUSH_CHECK(start >= 0 && start < end);
    if (!std::isfinite(value)) {
        throw Error(ErrorKind::kInput,
                    contig + ":" + std::to_string(start + 1) + ": the value is not a number");
    }
    const bool same_contig = contig == impl_->contig;
    VARHUSH_CHECK(!same_contig || start >= impl_->end);
    if (same_contig && start == impl_->end && impl_->start < impl_->end && value == impl_->value) {
        impl_->end = end;
        return;
    }
    impl_->flush();
    if (!same_contig) {
        impl_->contig = contig;
    }
    impl_->start = start;
    impl_->end = end;
    impl_->value = value;
}

void BedGraphWriter::close() {
    impl_->flush();
    impl_->out.close();
}

bool names_bigwig(std::string_view path) {
    const auto ends_with = [&](std::string_view suffix) {
        return path.size() >= suffix.size() &&
               std::equal(
                   suffix.begin(),
                   suffix.end(),
                   path.end() - static_cast<std::ptrdiff_t>(suffix.size()),
                   [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
    };
    return ends_with(".bw") || ends_with(".bigwig");
}

}  // namespace varhush::io
