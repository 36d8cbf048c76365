#include "varhush/report/design_page.hpp"

#include "design_page_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

namespace varhush::report::test {
namespace {

// Not by a matcher: it would print the whole page.
bool has(const std::string& html, const std::string& text) {
    return html.find(text) != std::string::npos;
}

void expect_sound(const std::string& html) {
    std::string where;
    EXPECT_TRUE(is_balanced(html, where)) << where;
    EXPECT_EQ(html.rfind("<!DOCTYPE html>", 0), 0U);
    for (const char* foreign : {"<script",
                                "<link",
                                "<img",
                                "<iframe",
                                "http://",
                                "https://",
                                "url(",
                                "@import",
                                "javascript:",
                                "onload"}) {
        EXPECT_EQ(html.find(foreign), std::string::npos) << foreign;
    }
    for (const char* no_number :
         {">nan", " nan", "\"nan", "Mnan", "Lnan", ">inf", "\"inf", "-inf"}) {
        EXPECT_FALSE(has(html, no_number)) << no_number;
    }
    // Every drawing says what it is; every link has its goal, every id is there once.
    EXPECT_EQ(count_of(html, "<svg role=\"img\" aria-label=\""),
              count_of(html, "<svg ") - count_of(html, "aria-hidden=\"true\""));
    std::multiset<std::string> ids;
    const std::regex id("id=\"([^\"]*)\"");
    for (std::sregex_iterator one(html.begin(), html.end(), id), end; one != end; ++one) {
        ids.insert((*one)[1]);
    }
    EXPECT_EQ(ids.size(), std::set<std::string>(ids.begin(), ids.end()).size());
    const std::regex link("href=\"#([^\"]*)\"");
    for (std::sregex_iterator one(html.begin(), html.end(), link), end; one != end; ++one) {
        EXPECT_EQ(ids.count((*one)[1]), 1U) << (*one)[1];
    }
}

TEST(DesignPage, TellsAllOfARun) {
    const sirna::DesignReport report = designed_gene();
    ASSERT_EQ(report.guides.size(), 12U);
    const std::string html = design_page(report);
    expect_sound(html);
    for (const sirna::DesignedGuide& guide : report.guides) {
        EXPECT_TRUE(
            has(html, "<td class=\"seq\"><span class=\"word\">" + guide.guide + "</span></td>"));
        EXPECT_TRUE(has(html, guide.duplex.guide));
        EXPECT_TRUE(has(html, guide.duplex.passenger_idt));
        for (const std::string& why : guide.why) {
            EXPECT_TRUE(has(html, why.substr(0, why.find_first_of("<>&"))));
        }
        for (const sirna::ControlDuplex& control : guide.controls) {
            EXPECT_TRUE(has(html, "class=\"seq\">" + control.guide));
            EXPECT_TRUE(has(html, "class=\"seq\">" + control.duplex.passenger));
        }
    }
    EXPECT_EQ(count_of(html, "<article class=\"guide\""), 12U);
    for (const char* text : {report.model_sha256.c_str(),
                             "1.2.3",
                             "--html report.html",
                             "human.vhidx",
                             "genes.gtf.gz",
                             "for the unmodified duplex",
                             "NM_001278639.2",
                             "rs7274"}) {
        EXPECT_TRUE(has(html, text));
    }
    EXPECT_LT(html.size(), 500U << 10);
}

TEST(DesignPage, IsTheSameEachTime) {
    EXPECT_EQ(design_page(designed_gene()), design_page(designed_gene()));
}

TEST(DesignPage, LeavesOutVersionAndCommandWhenThereAreNone) {
    sirna::DesignReport report = one_guide();
    const std::string html = design_page(report);
    expect_sound(html);
    EXPECT_FALSE(has(html, "varhush version"));
    EXPECT_FALSE(has(html, "<th scope=\"row\">command</th>"));
    EXPECT_TRUE(has(html, "test-model"));
    // No variant was looked at: no number for it.
    EXPECT_TRUE(has(html, "coverage of it was not judged"));
    EXPECT_FALSE(has(design_page(designed_gene()), "coverage of it was not judged"));
    EXPECT_TRUE(has(html, "nothing here says that a guide is specific"));
}

TEST(DesignPage, EscapesWhateverNamesHold) {
    const std::string hostile = "<script>alert('1')</script>\"&\x01\xff onload=";
    sirna::DesignReport report = one_guide();
    sirna::TargetProfile& target = report.targets[0];
    sirna::DesignedGuide& guide = report.guides[0];
    for (std::string* text : {&target.name,
                              &target.gene,
                              &target.species,
                              &target.contig,
                              &guide.id,
                              &guide.unit,
                              &guide.passenger_strand,
                              &report.command,
                              &report.version,
                              &report.model,
                              &report.model_sha256,
                              &report.index}) {
        *text = hostile;
    }
    target.variants.push_back({hostile, hostile, 25, hostile, hostile, 0.2, true});
    guide.sites[0].variants.push_back({0, 5, 6});
    guide.sites[0].genome = {{5, 24}};
    guide.why = {hostile};
    guide.filters = {{hostile, false, true, hostile}, {hostile, true, true, hostile}};
    guide.off_targets.searched = true;
    guide.off_targets.load = 1;
    guide.off_targets.mirna = hostile;
    guide.off_targets.worst.push_back({hostile, hostile, hostile, 3, true, 2, {1, 2}, 1, 0.5});
    guide.species.push_back({hostile, hostile, hostile, 7, 1, hostile});
    guide.allele = sirna::AlleleContrast{hostile,
                                         hostile,
                                         hostile,
                                         hostile,
                                         hostile,
                                         {10},
                                         {4},
                                         hostile,
                                         .7,
                                         .2,
                                         .5,
                                         -30,
                                         -20,
                                         hostile};
    guide.duplex = {hostile, hostile, hostile, hostile, hostile, 1, 2};
    guide.controls.push_back(
        {hostile, hostile, hostile, hostile, {}, true, false, hostile, guide.duplex});
    report.rejected.push_back({hostile, 0, 1, 20, hostile, .5, .5, {hostile}, {hostile}});
    report.settings = {{hostile, hostile}};
    report.notes = {hostile};
    const std::string html = design_page(report);
    std::string where;
    EXPECT_TRUE(is_balanced(html, where)) << where;
    EXPECT_FALSE(has(html, "<script"));
    EXPECT_FALSE(has(html, "\x01"));
    EXPECT_FALSE(has(html, "\xff"));
    EXPECT_FALSE(has(html, "\"& onload"));
    EXPECT_GE(count_of(html, "&lt;script&gt;alert('1')&lt;/script&gt;&quot;&amp; \uFFFD onload="),
              30U);
}

TEST(DesignPage, SaysWhenNothingWasFound) {
    sirna::DesignReport report = one_guide();
    report.guides.clear();
    report.rejected.push_back(
        {"t", 0, 3, 22, "ACGU", .5, .5, {"gc", "runs"}, {"GC 70 %", "AAAAA"}});
    report.rejected.push_back({"t", 0, 4, 23, "ACGU", .5, .5, {"gc"}, {"GC 75 %"}});
    report.candidates = 2;
    const std::string html = design_page(report);
    expect_sound(html);
    EXPECT_TRUE(has(html, "No candidate passes all filters"));
    EXPECT_TRUE(has(html,
                    "<th scope=\"row\">gc</th><td class=\"num\">2</td><td "
                    "class=\"num\">100 %</td><td class=\"num\">1</td><td>GC 70 %"));
    EXPECT_FALSE(has(html, "Strands to order"));
    expect_sound(design_page({}));
}

TEST(DesignPage, StaysReadableForLargeRuns) {
    sirna::DesignReport report = designed_gene();
    const sirna::DesignedGuide guide = report.guides[0];
    const sirna::TargetProfile target = report.targets[0];
    for (std::size_t i = 0; i < 3000; ++i) {
        report.guides.push_back(guide);
        report.guides.back().rank = i + 13;
    }
    for (std::size_t i = 0; i < 60; ++i) {
        report.targets.push_back(target);
    }
    for (std::size_t i = 0; i < 100000; ++i) {
        report.rejected.push_back({"u",
                                   0,
                                   i % 2300,
                                   i % 2300 + 19,
                                   "ACGU",
                                   .5,
                                   .5,
                                   {"reason-" + std::to_string(i % 5000)},
                                   {"detail"}});
    }
    const std::string html = design_page(report);
    expect_sound(html);
    EXPECT_EQ(count_of(html, "<article"), kPageMostArticles);
    EXPECT_TRUE(has(html, "The first 500 of 3,012 guides"));
    EXPECT_TRUE(has(html, "The first 60 of 3,012 guides"));
    EXPECT_TRUE(has(html, "50 more targets are not drawn"));
    EXPECT_TRUE(has(html, "best 40 of 3,012"));
    EXPECT_LT(html.size(), 4U << 20);
}

TEST(DesignPage, TellsUnitsApart) {
    sirna::DesignReport report = one_guide();
    report.targets.push_back(report.targets[0]);
    report.targets[1].name = "second";
    report.guides.push_back(report.guides[0]);
    report.guides[1].id = "second-1";
    report.guides[1].unit = "second";
    report.guides[1].sites[0].target = 1;
    const std::string html = design_page(report);
    expect_sound(html);
    EXPECT_TRUE(has(html, "<title>siRNA design: t, second</title>"));
    EXPECT_EQ(count_of(html, "aria-label=\"Expected silencing of 1 guides"), 2U);
    EXPECT_EQ(count_of(html, "<h3>second</h3>"), 2U);  // its target, its figures
}

}  // namespace
}  // namespace varhush::report::test
