#include "apps/check/repair.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/version.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/io/variant_writer.hpp"

#include <optional>
#include <string>

namespace varhush::apps {

io::VariantFixerCounts repair(const CheckOptions& options,
                              const io::VariantHeader& header,
                              const seq::ReferenceSource& reference,
                              bool sorted,
                              const io::ThreadPool& pool) {
    if (!sorted && options.fixer.join) {
        throw Error(ErrorKind::kInput,
                    options.input + " is not sorted, so records cannot be joined",
                    "sort it first: bcftools sort");
    }
    io::VariantFixerOptions wanted = options.fixer;
    wanted.sorted = sorted;
    std::optional<io::VariantWriter> writer;
    io::VariantFixer fixer(
        header, reference, wanted, [&](io::VariantRecord& record) { writer->write(record); });
    io::VariantHeader output = fixer.header();
    if (!options.output.no_version) {
        output.add_line("##varhush_checkVersion=" + std::string(core::version()));
        output.add_line("##varhush_checkCommand=" + options.command_line);
    }
    writer.emplace(options.writer, output, pool);
    io::VariantReader reader({.path = options.input}, pool);
    io::VariantRecord record;
    while (reader.next(record)) {
        fixer.put(record);
    }
    fixer.finish();
    writer->close();
    return fixer.counts();
}

}  // namespace varhush::apps
