// `varhush sidesign` as users meet it: bad input, what is left behind, alleles and populations from
// real files, and what the outputs add up to.
#include "shell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

using Table = std::vector<std::map<std::string, std::string>>;

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    std::stringstream stream(line);
    for (std::string one; std::getline(stream, one, '\t');) {
        fields.push_back(one);
    }
    return fields;
}

Table parse(const std::string& text) {
    Table table;
    std::vector<std::string> names;
    std::stringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("##")) {
            continue;
        }
        const std::vector<std::string> fields = split(line);
        if (names.empty()) {
            names = fields;
            continue;
        }
        EXPECT_EQ(fields.size(), names.size()) << line;
        std::map<std::string, std::string> row;
        for (std::size_t i = 0; i < std::min(fields.size(), names.size()); ++i) {
            row[names[i]] = fields[i];
        }
        table.push_back(row);
    }
    return table;
}

class Sidesign : public testing::Test {
  protected:
    ShellResult run(const std::string& script) { return run_shell(script, sandbox_.folder()); }

    /// Exit code and message of a script that must fail, and that it leaves nothing new behind.
    void expect_failure(const std::string& script, int exit_code, const std::string& words) {
        const std::set<std::string> before = names();
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, exit_code) << script << "\n" << got.err;
        EXPECT_NE(got.err.find(words), std::string::npos) << script << "\n" << got.err;
        EXPECT_EQ(names(), before) << script;
        EXPECT_EQ(got.out, "") << script;
    }

    Table table_of(const std::string& script) {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, 0) << script << "\n" << got.err;
        return parse(got.out);
    }

    [[nodiscard]] std::set<std::string> names() const {
        std::set<std::string> result;
        for (const auto& entry : fs::directory_iterator(sandbox_.folder())) {
            result.insert(entry.path().filename().string());
        }
        return result;
    }

    void write(const std::string& name, const std::string& text) {
        run("cat > " + name + " <<'END'\n" + text + "END");
    }

    /// A VCF on the demo target with genotypes of NA1 and NA2.
    void write_vcf(const std::string& name, const std::string& lines) {
        write(name,
              "##fileformat=VCFv4.2\n##contig=<ID=NM_002046>\n"
              "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
              "##INFO=<ID=END,Number=1,Type=Integer,Description=\"Last base\">\n"
              "##INFO=<ID=SVLEN,Number=.,Type=Integer,Description=\"Length\">\n"
              "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
              "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"Phase set\">\n"
              "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1\tNA2\n" +
                  lines);
    }

    Sandbox sandbox_;
};

const std::string kDesign = "varhush sidesign ";
const std::string kTarget = "varhush sidesign data/demo/target.fa ";
const std::string kGenome =
    "varhush sidesign --gtf data/demo/genes.gtf.gz -f data/demo/chr22.fa.gz ";

TEST_F(Sidesign, RefusesOptionsThatMakeNoSense) {
    expect_failure(kDesign, 2, "there is no target");
    expect_failure(kGenome, 2, "give --gene or --transcript");
    expect_failure(kTarget + "--length 18", 2, "--length");
    expect_failure(kTarget + "--overhang sticky", 2, "no style 'sticky'");
    expect_failure(kTarget + "--overhang target", 2, "--length must be 21 to 23");
    expect_failure(kTarget + "--filters +gcc", 2, "no filter 'gcc'");
    expect_failure(kTarget + "--gc 60-30", 2, "no range of percents");
    expect_failure(kTarget + "--gc 30", 2, "no range of percents");
    expect_failure(kTarget + "--weights taste=1", 2, "is no weight");
    expect_failure(kTarget + "--chemistry magic", 2, "no pattern 'magic'");
    expect_failure(kTarget + "--chemistry esc", 2, "23 (guide) and 21 (passenger)");
    expect_failure(kTarget + "--isoforms other", 2, "no target 'other'");
    expect_failure(kTarget + "--isoforms all,any", 2, "stands alone");
    expect_failure(kTarget + "--region 0-100", 2, "no range");
    expect_failure(kTarget + "--region other:1-100", 2, "no target 'other'");
    expect_failure(kTarget + "--region 1-100 --back-splice 1-100", 2, "exclude each other");
    expect_failure(kTarget + "--sample NA1", 2, "--sample needs --allele-vcf");
    expect_failure(kTarget + "--extra-mismatches 1", 2, "needs --allele-vcf");
    expect_failure(kTarget + "--allele-vcf x.vcf --target-allele mother", 2, "none of alt, ref");
    expect_failure(kTarget + "--expression tpm.tsv", 2, "give --index");
    expect_failure(kTarget + "--orthologs A", 2, "needs --cross-species");
    expect_failure(kTarget + "--json - ", 2, "only one output");
    expect_failure(kTarget + "--json a.tsv -o ./a.tsv", 2, "are the same file");
    expect_failure(kTarget + "-f data/demo/chr22.fa.gz", 2, "-f needs gene models");
    expect_failure(kTarget + "--top 0", 2, "--top");
    expect_failure(kTarget + "--gc nan-60", 2, "no range of percents");
    for (const char* name : {"--max-af",
                             "--min-on",
                             "--min-discrimination",
                             "--min-p",
                             "--min-accessibility",
                             "--max-self-fold"}) {
        expect_failure(kTarget + name + " nan", 2, std::string(name) + ": 'nan' is no finite");
    }
    expect_failure(kTarget + "--max-self-fold inf", 2, "'inf' is no finite");
    for (const char* name : {"--min-distance", "--controls", "--seed"}) {
        expect_failure(kTarget + name + " -1", 2, name);
    }
}

TEST_F(Sidesign, RefusesTargetsThatAreNone) {
    const std::string out = " -o g.tsv --rejected r.tsv --json g.json";
    expect_failure(kDesign + "nowhere.fa" + out, 3, "nowhere.fa");
    write("empty.fa", "");
    expect_failure(kDesign + "empty.fa" + out, 3, "no sequence in the file");
    write("short.fa", ">short\nACGUACGUACGUACGUAC\n");
    expect_failure(kDesign + "short.fa" + out, 3, "short: 18 bases to design in");
    write("nothing.fa", ">nothing\n");
    expect_failure(kDesign + "nothing.fa" + out, 3, "nothing: 0 bases to design in");
    write("twice.fa", ">a\nACGUACGUACGUACGUACGUACGU\n>a\nACGUACGUACGUACGUACGUACGU\n");
    expect_failure(kDesign + "twice.fa" + out, 3, "two targets are called 'a'");
    write("text.fa", "this is no FASTA\n");
    expect_failure(kDesign + "text.fa" + out, 3, "this is no FASTA");
    expect_failure(kGenome + "--gene RANPB1" + out, 3, "no gene 'RANPB1' among 12");
    expect_failure(kGenome + "--gene RANPB1" + out, 3, "did you mean RANBP1?");
    expect_failure(kTarget + "--gene ACTB" + out, 3, "no gene 'ACTB' among 1");
    expect_failure(kTarget + "--region 1-9999" + out, 3, "has 1285 bases");
    expect_failure(kTarget + "--back-splice 1-20" + out, 3, "no circle");
    expect_failure(kTarget + "-o nowhere/g.tsv", 6, "nowhere/g.tsv");
    expect_failure(kTarget + "-m nowhere.safetensors" + out, 5, "nowhere.safetensors");
}

TEST_F(Sidesign, RefusesAnIndexThatIsNone) {
    write("text.idx", "this is no index\n");
    expect_failure(kTarget + "--index text.idx -o g.tsv", 3, "text.idx");
    run("varhush siindex data/demo/target.fa -o good.idx");
    run("head -c -40 good.idx > cut.idx");
    expect_failure(kTarget + "--index cut.idx -o g.tsv", 3, "cut.idx");
    expect_failure(kTarget + "--cross-species cut.idx -o g.tsv", 3, "cut.idx");
}

TEST_F(Sidesign, RefusesVariantsThatDoNotFit) {
    expect_failure(kTarget + "--avoid-vcf data/demo/variants.vcf.gz -o g.tsv",
                   3,
                   "none of its contigs (chr22) is one of a target");
    write_vcf("wrong.vcf", "NM_002046\t600\tv\tC\tG\t.\t.\tAF=0.1\tGT\t0|1\t0|1\n");
    expect_failure(kTarget + "--avoid-vcf wrong.vcf -o g.tsv", 3, "REF differs from the target");
    expect_failure(
        kTarget + "--allele-vcf wrong.vcf -s NA1 -o g.tsv", 3, "REF differs from the target");
    write_vcf("good.vcf", "NM_002046\t600\tv\tT\tG\t.\t.\tAF=0.1\tGT\t1|1\t0|1\n");
    expect_failure(kTarget + "--allele-vcf good.vcf -o g.tsv", 2, "has 2 samples: which?");
    expect_failure(kTarget + "--allele-vcf good.vcf -s NA3 -o g.tsv", 2, "no sample 'NA3'");
    expect_failure(kTarget + "--allele-vcf good.vcf -s NA1 -o g.tsv", 3, "no heterozygous variant");
    expect_failure(kTarget + "--allele-vcf good.vcf -s NA1 --disease-variant v -o g.tsv",
                   3,
                   "homozygous: both copies carry it");
    expect_failure(kTarget + "--allele-vcf good.vcf -s NA2 --disease-variant rs1 -o g.tsv",
                   3,
                   "has no variant rs1");
    write("none.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=NM_002046>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\t"
          "INFO\nNM_002046\t600\tv\tT\tG\t.\t.\t.\n");
    expect_failure(kTarget + "--allele-vcf none.vcf -o g.tsv", 3, "has no genotypes");
}

TEST_F(Sidesign, RefusesPatternsThatAreNone) {
    write("a.json", "{\"name\": \"a\"");
    expect_failure(kTarget + "--chemistry a.json", 3, "a.json");
    write("b.json",
          R"({"name": "b", "guide": {"sugar": "m"}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry b.json", 3, "no key 'sugar'");
    write("c.json",
          R"({"name": "c", "guide": {"sugars": "q"}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry c.json", 2, "no sugar 'q'");
    write("d.json",
          R"({"name": "d", "guide": {"at": {"99": "m"}}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry d.json", 2, "no position 99");
    write("e.json",
          R"({"name": "e", "guide": {"at": {"x": "m"}}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry e.json", 3, "a position is a number");
    write("f.json",
          R"({"name": "f", "guide": {"thioates3": -2}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry f.json", 3, "thioates3 is a whole number");
    run("awk 'BEGIN{n = 200000; printf \"{\\\"name\\\": \\\"g\\\", \\\"guide\\\": \"; "
        "for (i = 0; i < n; ++i) printf \"{\\\"at\\\":\"; printf \"1\"; "
        "for (i = 0; i < n; ++i) printf \"}\"; print \"}\"}' > g.json");
    expect_failure(kTarget + "--chemistry g.json", 3, "nested deeper than");
    write("h.json",
          R"({"name": "h", "guide": {"sugars": "m", "sugars": "f"}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry h.json", 3, "the key 'sugars' is there twice");
}

TEST_F(Sidesign, InputsAreNotOverwritten) {
    write("a.json",
          R"({"name": "a", "guide": {}, "passenger": {}})"
          "\n");
    expect_failure(kTarget + "--chemistry a.json --json a.json -o g.tsv", 2, "are the same file");
    run("cp data/demo/demo.sidx x.sidx");
    for (const char* species : {"x.sidx", "human=x.sidx"}) {
        expect_failure(kTarget + "--cross-species " + species + " -o ./x.sidx", 2, "same file");
    }
}

TEST_F(Sidesign, RefusesPlacementsThatContradictThemselves) {
    const auto refuse = [&](const std::string& strands,
                            const std::string& place,
                            int exit_code,
                            const std::string& words) {
        write("p.json", R"({"name": "p", )" + strands + R"(, "place": )" + place + "}\n");
        expect_failure(kTarget + "--chemistry p.json -o g.tsv", exit_code, words);
    };
    const std::string both = R"("guide": {}, "passenger": {})";
    refuse(both, R"({"most_fluor": {}})", 3, "no key 'most_fluor'");
    refuse(both, R"({"most_fluoro": {"sense": 1}})", 3, "no key 'sense'");
    refuse(both, R"({"most_fluoro": {"guide": -1}})", 3, "guide is a whole number, 0 or more");
    refuse(both, R"({"most_fluoro": {"guide": 2.5}})", 3, "guide is a whole number, 0 or more");
    refuse(both, R"({"weights": {"taste": 1}})", 3, "no key 'taste'");
    refuse(both, R"({"weights": {"seed": "much"}})", 3, "p.json");
    refuse(both, R"({"weights": {"seed": -1}})", 2, "the weight seed must be 0 to 1000");
    refuse(both, R"({"seed_sugar": "m"})", 2, "seed_sugar is g (GNA) or n (UNA), not 'm'");
    refuse(both, "true", 3, "a pattern is a JSON object");
    refuse(R"("guide": {"sugars": "f"}, "passenger": {})", "{}", 2, "nothing is left within");
    refuse(R"("guide": {"at": {"2": "f", "14": "f"}}, "passenger": {})",
           R"({"most_fluoro": {"duplex": 1}})",
           2,
           "nothing is left within");
    refuse(R"("guide": {"sugars": "rg"}, "passenger": {})", "{}", 2, "placed by 'seed_sugar'");
    refuse(R"("guide": {"words": {"UA": "m"}}, "passenger": {})", "{}", 2, "'words' belong to");
    refuse(R"("guide": {"at": {"99": "m"}}, "passenger": {})", "{}", 2, "no position 99");
    refuse(R"("guide": {"thioates5": -1}, "passenger": {})", "{}", 3, "thioates5 is a whole");
}

TEST_F(Sidesign, PlacesWithinTheLimitsOfAFile) {
    write(
        "p.json",
        R"({"name": "mine", "guide": {"sugars": "mf", "at": {"1": "r"}, "five_prime": "phosphate"},
          "passenger": {"sugars": "mf", "thioates3": 0, "l96": true},
          "place": {"most_fluoro": {"guide": 3, "passenger": 1}, "seed_sugar": "g",
                    "weights": {"seed": 5}}})"
        "\n");
    const Table table = table_of(kTarget + "--chemistry p.json --overhang blunt --top 5");
    ASSERT_EQ(table.size(), 5U);
    for (const auto& row : table) {
        const std::string guide = row.at("guide_order");
        const std::string passenger = row.at("passenger_order");
        EXPECT_EQ(row.at("chemistry"), "mine");
        EXPECT_TRUE(guide.starts_with("p-r")) << guide;
        EXPECT_TRUE(passenger.ends_with("-L96")) << passenger;
        EXPECT_LE(std::count(guide.begin(), guide.end(), 'f'), 3) << guide;
        EXPECT_LE(std::count(passenger.begin(), passenger.end(), 'f'), 1) << passenger;
        EXPECT_LE(std::count(guide.begin(), guide.end(), 'g'), 1) << guide;
        EXPECT_EQ(std::count(passenger.begin(), passenger.end(), 'r'), 0) << passenger;
        EXPECT_EQ(std::count(passenger.begin(), passenger.end(), 's'), 2) << passenger;
    }
}

TEST_F(Sidesign, ControlsHaveTheModificationsOfTheirGuide) {
    const ShellResult got =
        run(kTarget + "--chemistry placed --top 2 --controls 2 --json g.json -o g.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const std::string json = read_file(sandbox_.folder() / "g.json");
    // Order strings without their bases: the guide's, then those of its two controls.
    std::vector<std::string> sugars;
    const std::string key = "\"guide\": \"";
    for (std::size_t at = json.find(key); at != std::string::npos; at = json.find(key, at + 1)) {
        std::string text = json.substr(at + key.size());
        text.resize(text.find('"'));
        if (text.find("dT") != std::string::npos) {
            std::erase_if(text, [](char letter) { return letter < 'a'; });
            sugars.push_back(text);
        }
    }
    ASSERT_EQ(sugars.size(), 6U);
    EXPECT_EQ(sugars[1], sugars[0]);
    EXPECT_EQ(sugars[2], sugars[0]);
    EXPECT_EQ(sugars[4], sugars[3]);
    EXPECT_EQ(sugars[5], sugars[3]);
    EXPECT_NE(sugars[3], sugars[0]);
}

// Positions count on the circle cut open opposite its junction, as docs/sidesign.md says.
TEST_F(Sidesign, SitesOnACircleCountFromOppositeItsJunction) {
    run("grep -v '>' data/demo/target.fa | tr -d '\\n' > linear");
    const std::string linear = read_file(sandbox_.folder() / "linear");
    for (const std::size_t end : {500U, 501U}) {
        const std::size_t from = 201;
        const std::size_t size = end - from + 1;
        const std::size_t turn = size / 2;
        const std::string inside = linear.substr(from - 1, size);
        const std::string opened = inside.substr(turn) + inside.substr(0, turn);
        const Table table = table_of(kTarget + "--back-splice 201-" + std::to_string(end) +
                                     " --filters none --top 100");
        EXPECT_EQ(table.size(), 10U);  // five bases and more on either side of the junction
        for (const auto& row : table) {
            EXPECT_EQ(row.at("target"), "NM_002046_circ_201_" + std::to_string(end));
            const auto start = static_cast<std::size_t>(std::stoi(row.at("start")));
            EXPECT_LE(start + 4, size - turn);
            EXPECT_GT(start + 18, size - turn + 4);
            std::string site = opened.substr(start - 1, 19);
            std::reverse(site.begin(), site.end());
            for (char& base : site) {
                base = base == 'A' ? 'U' : base == 'C' ? 'G' : base == 'G' ? 'C' : 'A';
            }
            EXPECT_EQ(row.at("guide"), site);
        }
    }
    expect_failure(kTarget + "--region NM_002046_circ_201_500:1-50 --back-splice 201-500",
                   2,
                   "--region and --back-splice exclude each other");
}

TEST_F(Sidesign, ChosenAndRejectedAddUpToEverySite) {
    const ShellResult got =
        run(kTarget + "--top 7 --min-distance 25 -o g.tsv --rejected r.tsv --bed g.bed");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    std::multiset<int> starts;
    for (const char* file : {"g.tsv", "r.tsv"}) {
        for (const auto& row : parse(read_file(sandbox_.folder() / file))) {
            starts.insert(std::stoi(row.at("start")));
        }
    }
    EXPECT_EQ(starts.size(), 1285U - 19 + 1);
    EXPECT_EQ(std::set<int>(starts.begin(), starts.end()).size(), starts.size());
    EXPECT_NE(got.err.find("1,267 sites = 7 in 7 guides + 1,260 rejected"), std::string::npos)
        << got.err;
}

TEST_F(Sidesign, SitesAreWhereTheBedSays) {
    const ShellResult got =
        run(kGenome +
            "--gene MED15,TRMT2A --top 30 --filters none --genome-bed g.bed -o g.tsv && "
            "grep -v '^##' g.tsv | cut -f 1,11 > guides && cut -f 1-6 g.bed | head -0");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    // BED12 pieces, fetched and joined, are the site; turned round it is the guide.
    const ShellResult check = run(
        "command -v samtools >/dev/null || exit 0; gunzip -c data/demo/chr22.fa.gz > c.fa; "
        "while IFS='\t' read -r c s e n sc st a b r k sizes starts; do "
        "i=1; seq=; while [ $i -le $k ]; do "
        "z=$(echo $sizes | cut -d, -f$i); o=$(echo $starts | cut -d, -f$i); "
        "piece=$(samtools faidx c.fa $c:$((s+o+1))-$((s+o+z)) | grep -v '>' | tr -d '\\n'); "
        "seq=$seq$piece; i=$((i+1)); done; "
        "if [ $st = - ]; then g=$(echo $seq | rev | tr ACGT UGCA); else g=$(echo $seq | tr T U); "
        "fi; "
        "grep -q \"^$n\t$g$\" guides || { echo \"$n $g\"; exit 1; }; done < g.bed; wc -l < g.bed");
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
}

TEST_F(Sidesign, FrequentVariantsAreAvoided) {
    write_vcf("af.vcf",
              "NM_002046\t600\tcommon\tT\tG\t.\t.\tAF=0.2\tGT\t0|1\t0|1\n"
              "NM_002046\t800\trare\tC\tA\t.\t.\tAF=0.004\tGT\t0|1\t0|1\n"
              "NM_002046\t900\tunknown\tG\tA,<DEL>\t.\t.\t.\tGT\t0|1\t0|1\n");
    run("awk '/^>/{next}{s=s $0}END{print substr(s,800,1) substr(s,900,1)}' data/demo/target.fa > "
        "b");
    const std::string bases = read_file(sandbox_.folder() / "b");
    ASSERT_EQ(bases.size(), 3U);
    run(std::string("sed -i 's/\\t800\\trare\\tC/\\t800\\trare\\t") + bases[0] +
        "/; s/\\t900\\tunknown\\tG/\\t900\\tunknown\\t" + bases[1] +
        "/' af.vcf; sed -i 's/U\\t/T\\t/' af.vcf");
    const ShellResult got = run(kTarget +
                                "--filters none,+variants --top 5000 --avoid-vcf af.vcf -o g.tsv "
                                "--rejected r.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("1 of unknown frequency, taken as common"), std::string::npos);
    EXPECT_NE(got.err.find("1 left out because they are no plain bases"), std::string::npos);
    for (const auto& row : parse(read_file(sandbox_.folder() / "g.tsv"))) {
        const int start = std::stoi(row.at("start"));
        EXPECT_TRUE(start > 600 || start + 18 < 600);
        EXPECT_TRUE(start > 900 || start + 18 < 900);
        const bool rare = start <= 800 && 800 <= start + 18;
        EXPECT_EQ(row.at("population_coverage"), rare ? "99.6" : "100");
        EXPECT_EQ(row.at("variants"),
                  rare ? "rare:" + std::to_string(start + 19 - 800) + ":0.004" : ".");
    }
    EXPECT_EQ(parse(read_file(sandbox_.folder() / "r.tsv")).size(), 38U);
}

TEST_F(Sidesign, SymbolicVariantsAreAvoidedAsFarAsTheyReach) {
    const auto rejected = [&](const std::string& line, const std::string& words) {
        write_vcf("af.vcf", line);
        const ShellResult got = run(kTarget +
                                    "--filters none,+variants --top 5000 --avoid-vcf af.vcf -o "
                                    "g.tsv --rejected r.tsv");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        EXPECT_NE(got.err.find(words), std::string::npos) << got.err;
        std::set<int> starts;
        for (const auto& row : parse(read_file(sandbox_.folder() / "r.tsv"))) {
            EXPECT_EQ(row.at("reasons"), "variants");
            starts.insert(std::stoi(row.at("start")));
        }
        return starts;
    };
    const auto range = [](int first, int last) {
        std::set<int> starts;
        for (int start = first; start <= last; ++start) {
            starts.insert(start);
        }
        return starts;
    };
    // Bases 601 to 620 are gone: sites that begin at 583 to 620.
    const std::string placed = "1 of them symbolic, placed by END or SVLEN";
    EXPECT_EQ(rejected("NM_002046\t600\tv\tT\t<DEL>\t.\t.\tAF=0.1;END=620\tGT\t0|1\t0|1\n", placed),
              range(583, 620));
    EXPECT_EQ(
        rejected("NM_002046\t600\tv\tT\t<DEL>\t.\t.\tAF=0.1;SVLEN=-20\tGT\t0|1\t0|1\n", placed),
        range(583, 620));
    EXPECT_EQ(rejected("NM_002046\t600\tv\tT\tG,<DEL>\t.\t.\tAF=0,0.1;SVLEN=0,20\tGT\t0|1\t0|1\n",
                       placed),
              range(583, 620));
    // Something is put between 600 and 601.
    EXPECT_EQ(
        rejected("NM_002046\t600\tv\tT\t<INS>\t.\t.\tAF=0.1;SVLEN=300\tGT\t0|1\t0|1\n", placed),
        range(583, 600));
    EXPECT_EQ(
        rejected("NM_002046\t600\tv\tT\t<DEL>\t.\t.\tAF=0.001;SVLEN=20\tGT\t0|1\t0|1\n", placed),
        range(1, 0));
    EXPECT_EQ(rejected("NM_002046\t600\tv\tT\t<DEL>\t.\t.\tAF=0.1\tGT\t0|1\t0|1\n",
                       "1 symbolic with neither END nor SVLEN"),
              range(1, 0));
    EXPECT_EQ(rejected("NM_002046\t600\tv\tT\t<DUP>\t.\t.\tAF=0.1;END=620\tGT\t0|1\t0|1\n",
                       "1 left out because they are no plain bases"),
              range(1, 0));
}

TEST_F(Sidesign, ALongDeletionFromInFrontOfTheTargetIsSeenByIndex) {
    if (run("command -v bgzip && command -v tabix").exit_code != 0) {
        GTEST_SKIP() << "needs bgzip and tabix";
    }
    write("t.gtf",
          "c7\t.\texon\t50001\t51285\t.\t+\t.\tgene_id \"g\"; transcript_id \"NM_002046\";\n");
    write("v.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=c7>\n"
          "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
          "##INFO=<ID=END,Number=1,Type=Integer,Description=\"Last base\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
          "c7\t40000\tlong\tA\t<DEL>\t.\t.\tAF=0.5;END=50100\n");
    ASSERT_EQ(run("bgzip -k v.vcf && tabix v.vcf.gz").exit_code, 0);
    for (const char* file : {"v.vcf", "v.vcf.gz"}) {
        const ShellResult got =
            run(kTarget + "--gtf t.gtf --filters none,+variants --top 5000 --avoid-vcf " + file +
                " -o g.tsv --rejected r.tsv");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        EXPECT_EQ(parse(read_file(sandbox_.folder() / "r.tsv")).size(), 100U) << file << got.err;
    }
}

TEST_F(Sidesign, SymbolicVariantsLieOnACircleWhereTheyAre) {
    // Bases 201-500 of the transcript, cut open behind base 350; ten sites over the junction, with
    // 5 to 14 of their bases behind it.
    write("t.gtf",
          "c7\t.\texon\t50001\t51285\t.\t+\t.\tgene_id \"g\"; transcript_id \"NM_002046\";\n");
    const auto rejected = [&](const std::string& line) {
        write("v.vcf",
              "##fileformat=VCFv4.2\n##contig=<ID=c7>\n"
              "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
              "##INFO=<ID=END,Number=1,Type=Integer,Description=\"Last base\">\n"
              "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" +
                  line + "\n");
        const ShellResult got = run(kTarget +
                                    "--gtf t.gtf --back-splice 201-500 --filters none,+variants "
                                    "--avoid-vcf v.vcf -o g.tsv --rejected r.tsv");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        const std::size_t refused = parse(read_file(sandbox_.folder() / "r.tsv")).size();
        EXPECT_EQ(parse(read_file(sandbox_.folder() / "g.tsv")).size() + refused, 10U);
        return refused;
    };
    const auto deleted = [&](int position, int end) {  // bases position + 1 to end
        return rejected("c7\t" + std::to_string(position) +
                        "\td\tA\t<DEL>\t.\t.\tAF=0.5;END=" + std::to_string(end));
    };
    EXPECT_EQ(deleted(40000, 40100), 0U);
    EXPECT_EQ(deleted(50100, 50200), 0U);   // of the linear transcript only
    EXPECT_EQ(deleted(50498, 50500), 10U);  // the last two bases in front of the junction
    EXPECT_EQ(deleted(50210, 50211), 4U);   // the eleventh base behind it
    EXPECT_EQ(deleted(50100, 50205), 10U);
    EXPECT_EQ(deleted(50340, 50360), 0U);  // over the cut
    EXPECT_EQ(deleted(50205, 50400), 9U);  // from the sixth base behind the junction over the cut
    EXPECT_EQ(deleted(50300, 50490), 4U);  // over the cut to the eleventh base in front of it
    EXPECT_EQ(deleted(49000, 60000), 10U);
    EXPECT_EQ(rejected("c7\t50210\ti\tA\t<INS>\t.\t.\tAF=0.5"), 4U);
    EXPECT_EQ(rejected("c7\t50400\ti\tA\t<INS>\t.\t.\tAF=0.5"), 0U);
}

TEST_F(Sidesign, AFrequencyIsNoMoreThanOneAndNoLessThanNone) {
    for (const char* frequency : {"-1", "inf", "7", "nan", "."}) {
        write_vcf(
            "af.vcf",
            std::string("NM_002046\t600\tv\tT\tG\t.\t.\tAF=") + frequency + "\tGT\t0|1\t0|1\n");
        const ShellResult got = run(kTarget +
                                    "--filters none,+variants --region 590-610 --top 100 "
                                    "--avoid-vcf af.vcf -o g.tsv --rejected r.tsv");
        ASSERT_EQ(got.exit_code, 0) << got.err;
        EXPECT_NE(got.err.find("1 of unknown frequency, taken as common"), std::string::npos)
            << frequency << got.err;
        EXPECT_FALSE(parse(read_file(sandbox_.folder() / "r.tsv")).empty()) << frequency;
        for (const auto& row : parse(read_file(sandbox_.folder() / "g.tsv"))) {
            EXPECT_EQ(row.at("variants"), ".") << frequency;
        }
    }
    // A tag without a value leaves it to the counts.
    write("n.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=NM_002046>\n"
          "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
          "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Count\">\n"
          "##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Number\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
          "NM_002046\t600\tv\tT\tG\t.\t.\tAF=.;AC=1;AN=1000\n");
    const Table table = table_of(kTarget +
                                 "--filters none,+variants --region 600-618 --top 100 "
                                 "--avoid-vcf n.vcf");
    ASSERT_EQ(table.size(), 1U);
    EXPECT_EQ(table[0].at("population_coverage"), "99.9");
}

TEST_F(Sidesign, NotesOfTheInputAreToldOnce) {
    write_vcf("af.vcf", "NM_002046\t600\tv\tT\t<DUP>\t.\t.\tAF=0.2\tGT\t0|1\t0|1\n");
    const ShellResult got = run(kTarget + "--top 3 --avoid-vcf af.vcf --json g.json -o g.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const std::string words = "af.vcf: 1 records read";
    const std::size_t first = got.err.find(words);
    ASSERT_NE(first, std::string::npos) << got.err;
    EXPECT_EQ(got.err.find(words, first + 1), std::string::npos) << got.err;
    for (const char* file : {"g.json", "g.tsv"}) {
        EXPECT_NE(read_file(sandbox_.folder() / file).find(words), std::string::npos) << file;
    }
}

TEST_F(Sidesign, SeedsThatHarmAreShownAndMayBeRejected) {
    const std::string all = kTarget +
                            "--filters none,+seed-viability --top 5000 --json g.json "
                            "--rejected r.tsv -o g.tsv --seed-viability v.tsv ";
    run(kTarget +
        "--filters none --top 5000 | grep -v '^##' | cut -f 11 | tail -n +2 | cut -c2-7 "
        "| sort -u | head -n -5 | awk '{print $1 \"\\t\" NR}' > v.tsv");
    std::map<std::string, double> values;
    std::stringstream lines(read_file(sandbox_.folder() / "v.tsv"));
    for (std::string seed, value; lines >> seed >> value;) {
        values[seed] = std::stod(value);
    }
    ASSERT_GT(values.size(), 500U);
    for (const double least : {-1.0, 200.0}) {
        const ShellResult got =
            run(all + (least < 0 ? "" : "--min-seed-viability " + std::to_string(least)));
        ASSERT_EQ(got.exit_code, 0) << got.err;
        EXPECT_NE(got.err.find("the table of seed viability lacks the seeds of"), std::string::npos)
            << got.err;
        const Table chosen = parse(read_file(sandbox_.folder() / "g.tsv"));
        const Table refused = parse(read_file(sandbox_.folder() / "r.tsv"));
        EXPECT_EQ(chosen.size() + refused.size(), 1267U);
        EXPECT_EQ(refused.empty(), least < 0);
        int unknown = 0;
        for (const auto& row : chosen) {
            for (const auto& [strand, column] :
                 {std::pair("guide", "seed_viability"),
                  std::pair("passenger", "passenger_seed_viability")}) {
                const auto found = values.find(row.at(strand).substr(1, 6));
                const std::string& shown = row.at(column);
                ASSERT_EQ(shown == ".", found == values.end());
                if (found != values.end()) {
                    EXPECT_EQ(std::stod(shown), found->second);
                }
            }
            const std::string& own = row.at("seed_viability");
            unknown += own == "." ? 1 : 0;
            EXPECT_TRUE(own == "." || std::stod(own) >= least);
        }
        EXPECT_GE(unknown, 5);
        for (const auto& row : refused) {
            EXPECT_EQ(row.at("reasons"), "seed-viability");
            EXPECT_LT(values.at(row.at("guide").substr(1, 6)), least);
        }
        EXPECT_NE(read_file(sandbox_.folder() / "g.json").find("\"passenger_seed_viability\": "),
                  std::string::npos);
    }
    expect_failure(kTarget + "--min-seed-viability 3", 2, "needs --seed-viability");
    expect_failure(
        kTarget + "--min-seed-viability nan --seed-viability v.tsv", 2, "a finite number");
    expect_failure(kTarget + "--seed-viability none.tsv -o x.tsv", 3, "none.tsv");
    write("bad.tsv", "seed\tvalue\nGAGGUA\tlow\n");
    expect_failure(kTarget + "--seed-viability bad.tsv -o x.tsv", 3, "bad.tsv:2");
    // No line of data is taken for a header, and no number is none.
    for (const char* line : {"GAGGNA\t3", "GAGGUA\tlow", "GAGGUA\tnan", "GAGGUA\tinf"}) {
        write("bad.tsv", line + std::string("\nGAGGUC\t5\n"));
        expect_failure(kTarget + "--seed-viability bad.tsv -o x.tsv", 3, "bad.tsv:1");
    }
}

TEST_F(Sidesign, OneAlleleIsSilenced) {
    write_vcf("s.vcf",
              "NM_002046\t600\tv1\tT\tG\t.\t.\t.\tGT:PS\t0|1:1\t0/1:.\n"
              "NM_002046\t605\tv2\tA\tC\t.\t.\t.\tGT:PS\t1|0:1\t0/1:.\n"
              "NM_002046\t700\tv3\tC\tT\t.\t.\t.\tGT:PS\t0|1:2\t0|0:.\n");
    const std::string all = "--filters none --top 100 --allele-vcf s.vcf ";
    // hap2 carries v1's ALT and v2's REF.
    for (const auto& row : table_of(kTarget + all + "-s NA1 --target-allele hap2 --region 1-650")) {
        const int end = std::stoi(row.at("end"));
        const int start = std::stoi(row.at("start"));
        const std::string& guide = row.at("guide");
        if (start <= 600 && 600 <= end) {
            EXPECT_EQ(guide[static_cast<std::size_t>(end - 600)], 'C');
        }
        if (start <= 605 && 605 <= end) {
            EXPECT_EQ(guide[static_cast<std::size_t>(end - 605)], 'U');
        }
        EXPECT_EQ(row.at("phase"), "phased, hap2 of phase set 1");
        EXPECT_LE(std::stod(row.at("off_silenced")), std::stod(row.at("on_silenced")));
    }
    // Unphased: what lies over both is refused, and says why.
    const ShellResult got = run(kTarget + all + "-s NA2 --rejected r.tsv -o g.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    int refused = 0;
    for (const auto& row : parse(read_file(sandbox_.folder() / "r.tsv"))) {
        EXPECT_EQ(row.at("reasons"), "phase");
        EXPECT_NE(row.at("details").find("is not known"), std::string::npos);
        ++refused;
    }
    EXPECT_GT(refused, 0);
    // In phase with a disease variant: v3 is in another set.
    const ShellResult disease =
        run(kTarget + all + "-s NA1 --disease-variant NM_002046:600:T:G --rejected r.tsv -o g.tsv");
    ASSERT_EQ(disease.exit_code, 0) << disease.err;
    for (const auto& row : parse(read_file(sandbox_.folder() / "r.tsv"))) {
        EXPECT_NE(row.at("details").find("different phase sets"), std::string::npos);
    }
    bool other = false;
    for (const auto& row : parse(read_file(sandbox_.folder() / "g.tsv"))) {
        other = other || row.at("allele_variant") == "v2";
        EXPECT_NE(row.at("allele_variant"), "v3");
    }
    EXPECT_TRUE(other);
}

TEST_F(Sidesign, AllelesThatAreNotWrittenInBasesBarTheirSites) {
    const std::string options =
        "--filters none --top 100 --allele-vcf s.vcf -s NA1 --target-allele ref --rejected r.tsv "
        "-o g.tsv";
    const auto refusals = [&](const std::string& lines) {
        write_vcf("s.vcf", lines);
        const ShellResult got = run(kTarget + options);
        EXPECT_EQ(got.exit_code, 0) << got.err;
        std::map<std::string, int> reasons;
        for (const auto& row : parse(read_file(sandbox_.folder() / "r.tsv"))) {
            ++reasons[row.at("details")];
        }
        return reasons;
    };
    EXPECT_EQ(refusals("NM_002046\t605\tv2\tA\tC,*\t.\t.\t.\tGT:PS\t1|2:5\t0|0:.\n"),
              (std::map<std::string, int>{{"what v2 * makes of the target is not known", 19}}));
    EXPECT_EQ(refusals("NM_002046\t600\tv1\tT\t<DEL>\t.\t.\tEND=620\tGT:PS\t0|1:5\t0|0:.\n"
                       "NM_002046\t630\tv3\tA\tT\t.\t.\t.\tGT:PS\t1|0:5\t0|0:.\n"),
              (std::map<std::string, int>{{"what v1 <DEL> makes of the target is not known", 9}}));
    EXPECT_EQ(refusals("NM_002046\t600\tv1\tT\t<DEL>\t.\t.\tSVLEN=-20\tGT:PS\t0|1:5\t0|0:.\n"
                       "NM_002046\t630\tv3\tA\tT\t.\t.\t.\tGT:PS\t1|0:5\t0|0:.\n"),
              (std::map<std::string, int>{{"what v1 <DEL> makes of the target is not known", 9}}));
}

TEST_F(Sidesign, ADiseaseVariantOfAnotherChromosomeSaysNothing) {
    write("s.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=NM_002046>\n##contig=<ID=chr4>\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1\n"
          "NM_002046\t600\tv1\tT\tG\t.\t.\t.\tGT\t0|1\n"
          "chr4\t600\trs1\tT\tG\t.\t.\t.\tGT\t0|1\n");
    expect_failure(kTarget + "--allele-vcf s.vcf --disease-variant rs1 -o g.tsv",
                   3,
                   "lies on chr4, where no target is");
}

TEST_F(Sidesign, OutputDoesNotDependOnThreads) {
    run("varhush siindex --gtf data/demo/genes.gtf.gz -f data/demo/chr22.fa.gz -o demo.idx");
    for (const char* threads : {"1", "2"}) {
        const ShellResult got = run(kDesign + "--index demo.idx --gene MED15 --no-version --json " +
                                    threads + ".json -o " + threads + ".tsv -@ " + threads);
        ASSERT_EQ(got.exit_code, 0) << got.err;
    }
    EXPECT_EQ(read_file(sandbox_.folder() / "1.tsv"), read_file(sandbox_.folder() / "2.tsv"));
    EXPECT_EQ(read_file(sandbox_.folder() / "1.json"), read_file(sandbox_.folder() / "2.json"));
}

TEST_F(Sidesign, NothingPassingIsSaid) {
    const ShellResult got = run(kTarget + "--min-p 1 --gc 0-1 -o g.tsv");
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_NE(got.err.find("no candidate passes all filters"), std::string::npos);
    EXPECT_TRUE(parse(read_file(sandbox_.folder() / "g.tsv")).empty());
}

}  // namespace
}  // namespace varhush::test
