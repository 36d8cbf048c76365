#include "apps/bench/fold.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/text_reader.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

namespace varhush::apps {

namespace {

struct Record {
    std::string name;
    std::string sequence;
};

// The next record; `header` holds the header line read last and is empty before the first.
std::optional<Record> next_record(io::TextReader& reader, std::string& header) {
    std::string line;
    while (header.empty()) {
        if (!reader.next(line)) {
            return std::nullopt;
        }
        if (line.starts_with('>')) {
            header = line;
        } else if (!line.empty()) {
            throw Error(
                ErrorKind::kInput, reader.where() + ": a FASTA starts with '>' and a name", {});
        }
    }
    Record record;
    record.name = header.substr(1, header.find_first_of(" \t") - 1);
    header.clear();
    while (reader.next(line)) {
        if (line.starts_with('>')) {
            header = line;
            break;
        }
        record.sequence += line;
    }
    return record;
}

std::string header_line(const std::vector<std::size_t>& lengths) {
    std::string line = "transcript\tend";
    for (const std::size_t length : lengths) {
        line += "\tp" + std::to_string(length);
    }
    return line + "\n";
}

void write_rows(io::OutputFile& out, const Record& record, const sirna::Accessibility& found) {
    std::string row;
    for (std::size_t end = 0; end < found.size(); ++end) {
        row = record.name + '\t' + std::to_string(end + 1);
        for (const std::size_t length : found.lengths()) {
            const double p = found.unpaired(length, end);
            char text[32] = "NA";
            if (!std::isnan(p)) {
                std::snprintf(text, sizeof text, "%.7g", p);
            }
            row += '\t';
            row += text;
        }
        row += '\n';
        out.write(row);
    }
}

sirna::Accessibility fold_record(const Record& record, const sirna::AccessibilityOptions& options) {
    try {
        return sirna::local_unpaired(record.sequence, options);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::kInput) {
            throw;
        }
        throw Error(ErrorKind::kInput, record.name + ": " + error.what(), error.hint());
    }
}

}  // namespace

void run_fold(const FoldOptions& options, int threads) {
    auto accessibility = options.accessibility;
    accessibility.threads = threads;
    io::TextReader reader(options.input);
    io::OutputFile out(options.output, io::packing_for(options.output));
    out.write(header_line(accessibility.lengths));
    std::string header;
    std::size_t transcripts = 0;
    std::size_t bases = 0;
    std::chrono::duration<double> folding{};
    while (const auto record = next_record(reader, header)) {
        const auto start = std::chrono::steady_clock::now();
        const auto found = fold_record(*record, accessibility);
        folding += std::chrono::steady_clock::now() - start;
        write_rows(out, *record, found);
        ++transcripts;
        bases += record->sequence.size();
    }
    if (transcripts == 0) {
        throw Error(ErrorKind::kInput, options.input + " has no sequence", {});
    }
    out.close();
    char line[160];
    std::snprintf(line,
                  sizeof line,
                  "%zu transcripts, %zu bases, window %zu, span %zu, %d threads: %.3f s folding",
                  transcripts,
                  bases,
                  accessibility.window,
                  accessibility.span,
                  threads,
                  folding.count());
    core::log(core::LogLevel::kInfo, line);
}

}  // namespace varhush::apps
