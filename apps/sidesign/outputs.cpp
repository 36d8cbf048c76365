#include "apps/sidesign/outputs.hpp"

#include "varhush/report/design_page.hpp"
#include "varhush/report/guide_table.hpp"

#include <utility>

namespace varhush::apps {

DesignWriter::Output::Output(const std::string& path, Make what)
    : file(path, io::packing_for(path)), make(std::move(what)) {}

DesignWriter::DesignWriter(const DesignOutputs& outputs) {
    add(outputs.rejected, report::rejected_tsv);
    add(outputs.off_targets, report::off_targets_tsv);
    add(outputs.fasta, report::guides_fasta);
    add(outputs.json, report::guides_json);
    add(outputs.bed, report::transcript_bed);
    add(outputs.genome_bed, report::genome_bed);
    add(outputs.html, report::design_page);
    add(outputs.table, report::guides_tsv);
}

void DesignWriter::add(const std::string& path, Make make) {
    if (!path.empty()) {
        outputs_.emplace_back(path, std::move(make));
    }
}

void DesignWriter::write(const sirna::DesignReport& report) {
    for (Output& output : outputs_) {
        output.file.write(output.make(report));
        output.file.finish();
    }
    // All are whole and on the disk before the first gets its name.
    for (Output& output : outputs_) {
        output.file.close();
    }
}

}  // namespace varhush::apps
