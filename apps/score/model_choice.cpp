#include "apps/score/model_choice.hpp"

#include "apps/score/ready_model.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/model_store.hpp"

#include <algorithm>
#include <string_view>

namespace varhush::apps {

void reject_foreign(const ScoreOptions& options, const std::vector<ModelKind>& kinds) {
    for (const PickyOption& option : options.picky) {
        const bool understood = std::any_of(kinds.begin(), kinds.end(), [&](ModelKind kind) {
            return std::find(option.kinds.begin(), option.kinds.end(), kind) != option.kinds.end();
        });
        if (!understood) {
            throw Error(ErrorKind::kUsage,
                        option.name + " means nothing to " +
                            (kinds.size() == 1 ? kind_text(kinds.front()) : "these models"),
                        "'varhush model list' shows what kind of model each is");
        }
    }
}

std::vector<std::string> names_of(const ScoreOptions& options) {
    auto names = options.model.empty() ? models::default_model_names() : model_names(options.model);
    if (names.empty()) {
        throw Error(ErrorKind::kUsage, "-m '" + options.model + "' names no model", {});
    }
    return names;
}

std::string part_name(std::string id) {
    std::replace_if(
        id.begin(),
        id.end(),
        [](unsigned char c) {
            return c <= ' ' ||
                   std::string_view("|&:,;=%").find(static_cast<char>(c)) != std::string_view::npos;
        },
        '_');
    return id;
}

GeneChoice::GeneChoice(const ScoreOptions& options) {
    if (!options.genes.empty()) {
        all = io::read_spliceai_table(options.genes);
    } else if (!options.gtf.empty()) {
        all = io::read_gtf_or_gff3(options.gtf);
        if (options.transcripts != "all") {
            canonical = all->canonical_only();
        }
    }
}

}  // namespace varhush::apps
