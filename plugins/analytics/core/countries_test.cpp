#include "countries.hpp"

#include "country_database.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace whatsflow::analytics {
namespace {

class CountriesTest : public ::testing::Test {
protected:
    ~CountriesTest() override { std::filesystem::remove(file_); }
    const std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("wf-countries-" + std::to_string(::getpid()));
};

TEST_F(CountriesTest, AnAddressIsInTheCountryOfItsNetwork) {
    testing::write_country_database(file_, "LK");
    const auto countries = Countries::open(file_.string());
    ASSERT_TRUE(countries) << countries.error().message;
    EXPECT_EQ((*countries)->of("203.0.113.9"), "LK");
    EXPECT_EQ((*countries)->of("203.0.113.255"), "LK");
    for (const char* elsewhere :
         {"203.0.114.9", "203.0.112.255", "127.0.0.1", "2001:db8::1", "", "nonsense", "203.0.113"})
        EXPECT_EQ((*countries)->of(elsewhere), "") << elsewhere;
}

TEST_F(CountriesTest, WhatIsNoCodeIsNoCountry) {
    for (const char* code : {"lk", "L", "LKA", "<b"}) {
        testing::write_country_database(file_, code);
        const auto countries = Countries::open(file_.string());
        ASSERT_TRUE(countries);
        EXPECT_EQ((*countries)->of("203.0.113.9"), "") << code;
    }
}

TEST_F(CountriesTest, AFileThatIsNoDatabaseIsRefusedWithASentence) {
    std::ofstream(file_) << "no database";
    for (const auto& file : {file_.string(), std::string("/nowhere/countries.mmdb")}) {
        const auto countries = Countries::open(file);
        ASSERT_FALSE(countries);
        EXPECT_EQ(countries.error().code, "analytics.bad_country_database");
        EXPECT_NE(countries.error().message.find(file), std::string::npos);
    }
}

}  // namespace
}  // namespace whatsflow::analytics
