// Names that people and programs really give; all must pass.
#pragma once

#include <string_view>

namespace uploadgate::test {

// clang-format off
inline constexpr std::string_view honest_names[] = {
    // --- cameras, telephones, programs ---
    "IMG_0001.JPG", "DSC00042.ARW", "DCIM0001.jpeg", "PXL_20230101_120000000.MP.jpg", "20230101_123456.jpg",
    "IMG-20230101-WA0001.jpg", "Screenshot 2023-01-01 at 12.34.56.png", "Screenshot 2023-01-01 at 1.23.45\u202FPM.png",
    "Bildschirmfoto 2023-01-01 um 12.34.56.png", "Capture d’écran 2023-01-01 à 12.34.56.png",
    "スクリーンショット 2023-01-01 12.34.56.png", "Снимок экрана 2023-01-01 в 12.34.56.png",
    "屏幕截图 2023-01-01 123456.png", "WhatsApp Image 2023-01-01 at 12.34.56 PM.jpeg", "image (1).png",
    "Copy of Report (final) (2).docx", "report - Copy.pdf", "~$report.docx", "_MG_1234.CR2", "__init__.py",
    "photo.2023.01.jpg", "report.v1.2.pdf", "jquery.min.css", "backup.tar.gz", "archive.7z", "a", "README",
    "Makefile", "x.y.z", "data;v2.csv", "tom&jerry.png", "it's mine.txt", "O'Brien, Jane (CV).pdf",
    "100% done.txt", "50% off!.png", "100%fat.jpg", "100%beef recipe.pdf", "5%cash back.pdf", "50%25 off.txt",
    "a%20b.jpg", "%.txt", "%%.txt", "100%", "a%zz.jpg", "a%u12.jpg", "my%20holiday%20photo.jpg", "caf%C3%A9.jpg",
    "%E6%97%A5%E6%9C%AC.txt", "C++ primer.pdf", "C# in depth.pdf", "a+b=c.txt", "{guid-1234}.pdf", "[draft] plan.txt",
    "@home.jpg", "#1 dad.png", "$100.xls", "^top^.txt", "`code`.txt", "mail@example.com.pdf", "invoice-example.com.pdf",
    "Node.js.pdf", "title - subtitle_ part.mp3", "01 – Intro.mp3", "a—b.txt", "Wait… what.mp4", "…And Justice.mp3",
    "console.log", "contact.jpg", "auxiliary.pdf", "null.txt", "common.txt", "com10.txt", "lpt.txt", "con-air.mp4",
    "nul-hypothesis.pdf", "webXconfig", "my.web.config.txt", "htaccess.txt", "a.htaccess-sample", "½ cup.txt", "1½ Tassen.txt",
    // --- Latin with marks, composed and decomposed ---
    "résumé.pdf", "re\u0301sume\u0301.pdf", "naïve café.txt", "Übergrößenträger.docx", "U\u0308bung.docx", "Ærøskøbing.jpg",
    "smörgåsbord.png", "Łódź.pdf", "Příliš žluťoučký kůň.txt", "Ďáblické ódy.txt", "Árvíztűrő tükörfúrógép.txt", "İstanbul.jpg",
    "ığdır şırnak.jpg", "Đặng Thị Mỹ.docx", "Tiê\u0301ng Viê\u0323t.txt", "Þingvellir.jpg", "Ħaż-Żebbuġ.jpg", "Ñandú.png",
    "São João.jpg", "România și Țara.pdf", "ʻOkina Hawaiʻi.jpg", "Yorùbá ọ̀rọ̀.txt", "Ɖeʋegbe.txt", "Tlahtōlli.txt",
    "Naïve “quoted” text.txt", "«guillemets».txt", "¿Qué tal¡.txt", "Straße №5 §2.pdf", "¥500 ₩1000 €5.pdf", "20°C ±1.csv",
    // --- other alphabets ---
    "Отчёт за год.docx", "Йод и Ёлка.txt", "И\u0306од.txt", "Київ.jpg", "Ђорђевић.pdf", "Қазақстан.pdf", "Монгол хэл.txt",
    "Ελληνικά.txt", "Α\u0301θηνα.jpg", "Ἀρχιμήδης.pdf", "Հայաստան.pdf", "ի․պ․ա․.txt", "սկանդ․ մղ.txt", "საქართველო.jpg", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ.txt",
    "ⲕⲏⲙⲉ.txt", "ᚠᚢᚦᚨᚱᚲ.txt", "ⵜⴰⵎⴰⵣⵉⵖⵜ.txt", "ᏣᎳᎩ.txt", "ᐃᓄᒃᑎᑐᑦ.pdf", "አማርኛ.txt", "ትግርኛ ጽሑፍ.docx",
    // --- right to left ---
    "תמונה.jpg", "שָׁלוֹם.txt", "דו״ח שנתי 2023.pdf", "ייִדיש.txt", "صورة.jpg", "تقرير سنوي ٢٠٢٣.pdf", "مُحَمَّد.txt",
    "می\u200Cخواهم.docx", "نرم\u200Cافزار.pdf", "کتاب\u200Cها.txt", "کاربر\u200Cها.txt", "اردو زبان.pdf", "پښتو.txt", "كوردی سۆرانی.txt",
    "ئۇيغۇرچە.txt", "ܣܘܪܝܝܐ.txt", "ދިވެހި.txt", "ߒߞߏ.txt", "𞤀𞤣𞤤𞤢𞤥.txt", "ـــعيدـــ.jpg", "۱۴۰۲.xlsx",
    // --- South Asia ---
    "हिन्दी.txt", "नमस्ते दुनिया.pdf", "क्\u200Dष.txt", "श्री\u0964.txt", "र्\u200Dय.txt", "क्\u200Cष.txt", "বাংলা.txt", "র\u200D্যাম.pdf", "ক্\u200Dষ.txt",
    "ਪੰਜਾਬੀ.txt", "ગુજરાતી.pdf", "ଓଡ଼ିଆ.txt", "தமிழ்.txt", "ஸ்ரீ.jpg", "తెలుగు.txt", "సాఫ్ట్\u200Cవేర్.pdf", "ಕನ್ನಡ.txt", "ಸಾಫ್ಟ್\u200Cವೇರ್.txt",
    "മലയാളം.txt", "അവന്\u200D.txt", "සිංහල.txt", "ශ්\u200Dරී ලංකා.jpg", "नेपाली.txt", "ᱥᱟᱱᱛᱟᱲᱤ.txt", "ꯃꯩꯇꯩ.txt",
    // --- South East and Central Asia ---
    "ภาษาไทย.txt", "น้ำ.jpg", "ພາສາລາວ.txt", "ភាសាខ្មែរ.txt", "កោះ\u200Bអាឡង់.pdf", "ນາ\u200Bໂນ.txt", "မြန်မာ.txt", "ကျွန်ုပ်.jpg", "བོད་ཡིག.txt", "རྫོང་ཁ.txt",
    "ᠮᠣᠩᠭᠣᠯ.txt", "ᠠᠪᠤ\u180Eᠠ.txt", "ᠪ\u180Bᠣ.txt", "ᮘᮞ ᮞᮥᮔ᮪ᮓ.txt", "ꦧꦱꦗꦮ.txt", "ᬩᬲᬩᬮᬶ.txt", "ᜊᜌ᜔ᜊᜌᜒᜈ᜔.txt",
    // --- East Asia ---
    "日本語.txt", "写真（１）.jpg", "ＡＢＣ株式会社.pdf", "第１章：はじめに.docx", "何？.txt", "カタカナ.txt", "ｶﾀｶﾅ.txt",
    "か\u3099くせい.txt", "ガ.txt", "東京・大阪～京都.jpg", "葛\U000E0100城市.txt", "㈱会社.pdf", "①②③.txt", "令和㋿年.txt", "請求書　2023年.pdf",
    "简体中文.docx", "繁體中文.docx", "报告：最终版.docx", "时间10：30 会议.txt", "Title： subtitle [id].mp4", "50％20代.pdf", "“引用”——说明。.txt",
    "《书名》.epub", "⒈概述.doc", "𠮷野家.jpg", "한국어.txt", "\u1112\u1161\u11AB\u1100\u116E\u11A8.txt", "보고서(최종).hwp", "ㅋㅋㅋ.png",
    "ꆈꌠꁱꂷ.txt", "ㄅㄆㄇ.txt", "AC⧸DC.mp3", "What＂s up＊.txt",
    // --- symbols and emoji ---
    "\U0001F600.png", "❤\uFE0F.png", "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466.jpg",
    "\U0001F469\U0001F3FD\u200D\U0001F4BB.png", "\U0001F3F3\uFE0F\u200D\U0001F308.jpg", "\U0001F3F4\u200D\u2620\uFE0F.png",
    "\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F.png", "1\uFE0F\u20E3 first.txt", "#\uFE0F\u20E3.txt",
    "\U0001F1E9\U0001F1EA.png", "☎\uFE0E.txt", "Wi‑Fi.pdf", "E=mc².pdf", "H₂O.txt", "™®©.txt", "←→.txt", "♫ song ♪.mp3", "⠃⠗⠇\u2800⠑.txt",
    "∑∏.pdf", "a·b.txt", "(｡◕‿◕｡).png", "\u3030\uFE0F.png", "\u2139\uFE0F info.txt", "¯_(ツ)_¯.gif", "\uFFFD.txt", "\uF8FF.txt", "\U0001FAE8.png",
};
// clang-format on

}  // namespace uploadgate::test
