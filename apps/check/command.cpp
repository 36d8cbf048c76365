#include "apps/check/command.hpp"

#include "apps/check/checker.hpp"
#include "apps/check/options.hpp"
#include "apps/check/repair.hpp"
#include "apps/check/report.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/output_file.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace varhush::apps {
namespace {

using References = std::vector<std::unique_ptr<ReferenceChecker>>;

struct Checked {
    Findings findings;
    io::VariantHeader header;  ///< with what records brought that it lacked
};

Checked check_file(const std::string& path,
                   const std::vector<std::string>& fastas,
                   std::int64_t sample,
                   const io::ThreadPool& pool) {
    References references;
    for (const std::string& fasta : fastas) {
        references.push_back(std::make_unique<ReferenceChecker>(fasta));
    }
    Checker checker(references, sample);
    io::VariantReader reader({.path = path}, pool);
    io::VariantRecord record;
    while (reader.next(record)) {
        checker.see(record);
    }
    const std::string name = path == "-" ? "standard input" : path;
    return {checker.finish(name, reader.header()), reader.header()};
}

/// Repairs against the FASTA that fits best, then looks at what was written.
CheckReport::Repair repair_and_check(const CheckOptions& options,
                                     const Checked& checked,
                                     std::int64_t sample,
                                     const io::ThreadPool& pool) {
    const std::string& fasta = checked.findings.fit().path;
    const io::FastaReader reference(fasta);
    CheckReport::Repair result;
    result.path = options.fix;
    result.counts =
        repair(options, checked.header, reference, checked.findings.unsorted.count == 0, pool);
    result.findings = check_file(options.fix, {fasta}, sample, pool).findings;
    result.verdict = judge(result.findings);
    return result;
}

void write_report(const CheckOptions& options, const CheckReport& report) {
    io::OutputFile out(options.output.path);
    out.write(options.json ? json_report(report) : text_report(report));
    out.close();
}

}  // namespace

int run_check(int argc, const char* const* argv) {
    const CheckOptions options = parse_check_options(argc, argv);
    const io::ThreadPool pool(core::make_thread_plan(options.run.threads).hts);
    const std::int64_t sample = options.full ? 0 : options.sample;
    const Checked checked = check_file(options.input, options.fastas, sample, pool);
    CheckReport report;
    report.findings = checked.findings;
    report.verdict = judge(report.findings);
    if (!options.fix.empty()) {
        report.repair = repair_and_check(options, checked, sample, pool);
    }
    write_report(options, report);
    return report.fits() ? 0 : exit_code(ErrorKind::kInput);
}

}  // namespace varhush::apps
