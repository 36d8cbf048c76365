#include "varhush/io/variant_fixer.hpp"

#include "join_alleles.hpp"
#include "rename_contigs.hpp"
#include "split_alleles.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/left_align.hpp"
#include "variant_impl.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace varhush::io {
namespace {

/// How far a record may move to the left, and so how many bases of records are held back.
constexpr std::int64_t kWindowBp = 10'000;

/// A record of the output: as it came, or as columns when it was changed.
struct Item {
    std::int64_t position = 0;
    VariantRecord untouched;
    std::optional<VcfColumns> columns;
};

/// END of a record whose END it was stays its END.
void move_end(VcfColumns& columns, std::int64_t old_end, std::int64_t new_end) {
    for (VcfColumns::Info& entry : columns.info) {
        if (entry.key == "END" && entry.value == std::to_string(old_end)) {
            entry.value = std::to_string(new_end);
        }
    }
}

bool is_breakend(std::string_view alt) {
    return alt.find_first_of("[]") != std::string_view::npos;
}

}  // namespace

struct VariantFixer::Impl {
    Impl(const VariantHeader& header,
         const seq::ReferenceSource& source,
         const VariantFixerOptions& wanted,
         Sink to)
        : input(header), reference(source), options(wanted), sink(std::move(to)), numbers(header) {
        if (options.rename) {
            renames = contig_renames(header, source);
        }
        output = rename_contigs(header, renames, source);
    }

    [[nodiscard]] VcfColumns columns_of(const VariantRecord& record) const;
    [[nodiscard]] bool needs_text(const VariantRecord& record, bool renamed) const;
    void add_untouched(VariantRecord& record);
    void add_changed(VcfColumns columns);
    void align(VcfColumns& columns);
    void enter(const std::string& contig, std::int64_t input_position);
    void release(std::int64_t before);
    void release_place(std::vector<Item>& place);
    void join_group(std::vector<Item>& place, bool substitutions);
    void emit(Item& item);
    std::shared_ptr<const std::string> shared_name(const std::string& name);

    VariantHeader input;
    VariantHeader output;
    const seq::ReferenceSource& reference;
    VariantFixerOptions options;
    Sink sink;
    TagNumbers numbers;
    std::unordered_map<std::string, std::string> renames;
    VariantFixerCounts counts;

    std::string contig;  ///< of the records held back, in the output's spelling
    bool known_to_reference = false;
    std::map<std::int64_t, std::vector<Item>> held;  ///< by position, each in order of arrival
    std::shared_ptr<RecordPool> pool = std::make_shared<RecordPool>();
    std::unordered_map<std::string, std::shared_ptr<const std::string>> names;
};

/// The record's line, with the contig it has in the output.
VcfColumns VariantFixer::Impl::columns_of(const VariantRecord& record) const {
    const VariantRecord::Impl& raw = record.impl();
    VcfColumns columns;
    if (raw.late_text.empty()) {
        KString text;
        if (vcf_format(input.impl().header.get(), raw.record.get(), &text) != 0) {
            throw Error(ErrorKind::kInput, record.where() + ": the record cannot be written");
        }
        columns = parse_vcf_columns({text.s, text.l - 1});
    } else {
        columns = parse_vcf_columns(raw.late_text);
    }
    columns.contig = contig;
    for (std::string& alt : columns.alts) {
        alt = rename_mate(alt, renames);
    }
    return columns;
}

bool VariantFixer::Impl::needs_text(const VariantRecord& record, bool renamed) const {
    const VariantRecord::Impl& raw = record.impl();
    if ((options.split && record.alt_count() > 1) || raw.late_contig || !raw.late_text.empty()) {
        return true;
    }
    seq::Spelling spelling{record.position(), std::string(record.ref()), {}};
    for (std::size_t i = 0; i < record.alt_count(); ++i) {
        spelling.alts.emplace_back(record.alt(i));
        if (renamed && is_breakend(record.alt(i))) {
            return true;
        }
    }
    return options.left_align && known_to_reference &&
           seq::left_align(reference, contig, kWindowBp, spelling) !=
               seq::LeftAlignment::kUnchanged;
}

void VariantFixer::Impl::align(VcfColumns& columns) {
    if (!options.left_align || !known_to_reference) {
        return;
    }
    seq::Spelling spelling{columns.position, columns.ref, columns.alts};
    const auto result = seq::left_align(reference, contig, kWindowBp, spelling);
    if (result == seq::LeftAlignment::kTooFar) {
        ++counts.too_far;
    }
    if (result != seq::LeftAlignment::kChanged) {
        return;
    }
    const auto end = [](std::int64_t position, const std::string& ref) {
        return position + static_cast<std::int64_t>(ref.size());
    };
    move_end(columns, end(columns.position, columns.ref), end(spelling.position, spelling.ref));
    columns.position = spelling.position;
    columns.ref = std::move(spelling.ref);
    columns.alts = std::move(spelling.alts);
    ++counts.left_aligned;
}

void VariantFixer::Impl::add_untouched(VariantRecord& record) {
    Item item;
    item.position = record.position();
    record.impl().contig = shared_name(contig);
    item.untouched = std::move(record);
    held[item.position].push_back(std::move(item));
}

void VariantFixer::Impl::add_changed(VcfColumns columns) {
    Item item;
    item.position = columns.position;
    item.columns = std::move(columns);
    held[item.position].push_back(std::move(item));
}

/// Before a record of `name` at `input_position` is added: hands out what nothing can come before.
void VariantFixer::Impl::enter(const std::string& name, std::int64_t input_position) {
    if (name != contig) {
        release(std::numeric_limits<std::int64_t>::max());
        contig = name;
        known_to_reference = reference.length_bp(name).has_value();
    }
    if (options.sorted) {
        release(input_position - kWindowBp);
    }
}

void VariantFixer::Impl::release(std::int64_t before) {
    while (!held.empty() && held.begin()->first < before) {
        std::vector<Item> place = std::move(held.begin()->second);
        held.erase(held.begin());
        release_place(place);
    }
}

void VariantFixer::Impl::release_place(std::vector<Item>& place) {
    if (options.join && place.size() > 1) {
        join_group(place, true);
        join_group(place, false);
    }
    for (Item& item : place) {
        emit(item);
    }
}

/// Joins the records of one kind at one place; the joined one stands where the first of them stood.
void VariantFixer::Impl::join_group(std::vector<Item>& place, bool substitutions) {
    std::vector<std::size_t> members;
    std::vector<VcfColumns> records;
    for (std::size_t i = 0; i < place.size(); ++i) {
        VcfColumns columns = place[i].columns ? *place[i].columns : columns_of(place[i].untouched);
        const bool plain =
            !columns.alts.empty() &&
            std::all_of(columns.alts.begin(), columns.alts.end(), [](const std::string& alt) {
                return seq::classify_alt(alt) == seq::AlleleStatus::kOk;
            });
        if (plain && is_substitution(columns) == substitutions) {
            members.push_back(i);
            records.push_back(std::move(columns));
        }
    }
    if (members.size() < 2) {
        return;
    }
    std::optional<VcfColumns> one = join_alleles(records, numbers);
    if (!one) {
        ++counts.not_joined;
        return;
    }
    ++counts.joined;
    place[members.front()].columns = std::move(*one);
    for (auto member = members.rbegin(); member + 1 != members.rend(); ++member) {
        place.erase(place.begin() + static_cast<std::ptrdiff_t>(*member));
    }
}

void VariantFixer::Impl::emit(Item& item) {
    if (!item.columns) {
        sink(item.untouched);
        return;
    }
    // The writer reads the text with its own dictionary.
    VariantRecord record;
    VariantRecord::Impl& raw = VariantRecord::Impl::ensure(record, pool);
    raw.contig = shared_name(item.columns->contig);
    raw.late_text = format_vcf_columns(*item.columns);
    sink(record);
}

std::shared_ptr<const std::string> VariantFixer::Impl::shared_name(const std::string& name) {
    std::shared_ptr<const std::string>& shared = names[name];
    if (!shared) {
        shared = std::make_shared<const std::string>(name);
    }
    return shared;
}

VariantFixer::VariantFixer(const VariantHeader& input,
                           const seq::ReferenceSource& reference,
                           const VariantFixerOptions& options,
                           Sink sink)
    : impl_(std::make_unique<Impl>(input, reference, options, std::move(sink))) {}
VariantFixer::~VariantFixer() = default;

const VariantHeader& VariantFixer::header() const {
    return impl_->output;
}

void VariantFixer::put(VariantRecord& record) {
    Impl& impl = *impl_;
    const std::string given(record.contig());
    const auto rename = impl.renames.find(given);
    const bool renamed = rename != impl.renames.end();
    impl.enter(renamed ? rename->second : given, record.position());
    impl.counts.renamed += renamed ? 1 : 0;
    if (!impl.needs_text(record, renamed)) {
        impl.add_untouched(record);
    } else {
        const VcfColumns columns = impl.columns_of(record);
        std::vector<VcfColumns> parts =
            impl.options.split ? split_alleles(columns, impl.numbers) : std::vector{columns};
        impl.counts.split += parts.size() > 1 ? 1 : 0;
        for (VcfColumns& part : parts) {
            impl.align(part);
            impl.add_changed(std::move(part));
        }
    }
    if (!impl.options.sorted) {
        impl.release(std::numeric_limits<std::int64_t>::max());
    }
}

void VariantFixer::finish() {
    impl_->release(std::numeric_limits<std::int64_t>::max());
}

const VariantFixerCounts& VariantFixer::counts() const {
    return impl_->counts;
}

}  // namespace varhush::io
