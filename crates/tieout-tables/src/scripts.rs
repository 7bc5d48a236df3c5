//! Headers in further languages, as they are printed; [`crate::words`] folds them once and looks them up among its own.
//!
//! Scripts without blanks between words (Chinese, Japanese, Korean, Thai) stand here in the forms that banks print whole.

use crate::columns::Role;

/// Headers by role, divided by `|`, not folded.
pub(crate) const PRINTED: &[(Role, &str)] = &[
    (
        Role::Date,
        "التاريخ|تاريخ|تاريخ العملية|تاریخ|תאריך|תאריך פעולה|Päivä|Päivämäärä|Dátum|Dátum zaúčtovania|Dagsetning|日付|お取引日|取引日|年月日|日期|交易日期|交易时间|\
         交易日|记账日期|記帳日|帳務日期|거래일자|거래일|거래일시|거래날짜|날짜|Datums|Tarikh|Tanggal|Tanggal Transaksi|วันที่|วันที่ทำรายการ|Ngày|Ngày giao dịch|\
         Дата|Дата операції|Дата операции|Ημερομηνία|Ημ/νία|Ημερομηνία συναλλαγής|Datum transakcije|Datum knjiženja|Date op",
    ),
    (
        Role::ValueDate,
        "תאריך ערך|Ημερομηνία αξίας|Valér|Ημ/νία αξίας|起息日|入账日期|起算日|Ngày hiệu lực|Tanggal Efektif|Datum valute|Вальор|Date val",
    ),
    (
        Role::Amount,
        "المبلغ|مبلغ|Сума|Ποσό|Ποσό συναλλαγής|סכום|Znesek|Upphæð|金額|取引金額|入出金額|金额|交易金额|發生額|发生额|交易金額|금액|거래금액|Jumlah|Jumlah Transaksi|Nominal|\
         Amaun|จำนวนเงิน|จำนวน|Số tiền|Số tiền giao dịch|Сума операції|Import|Mutasi|Devise montant",
    ),
    (
        Role::Debit,
        "Dr|Dr Amount|Debit Dr|Subtractions|Cash out|Paid|Décaissements|Décaissement|Ud|Výdej|MD|Má dáti|Decrease|Expense|Disbursements|Debit amt|Debits out|Moneda cargos|Egreso|Egresos|Retiro|Retiros|Salidas|Gastos|Càrrec|Càrrecs|Sorties|Sortie|Débits|\
         Ausgänge|Abgang|Abgänge|Lastschriften|Zahlungsausgang|Udbetaling|Udbetalinger|Hævet|Udgift|Utbetaling|Utbetalinger|Utgift|Utgifter|Utbetalning|Uttag SEK|Út|Úttekt|\
         Panot pois|Menot|Veloitus|Deebet|Väljaminek|Debets|Debeta|Izdevumi|Išlaidos|Debetas|Isplata|Isplate|Rashod|Rashodi|Terećenje|Zaduženje|Duguje|Breme|V breme|Odliv|Odlivi|\
         Na ťarchu|Odchozí|Výdavky|Výdavok|Odchádzajúce|Terhelések|Kiadások|Kifizetés|Plăți|Ieșiri|Retrageri|Cheltuieli|Дебит|Видатки|Видаток|Витрата|Витрати|Списано|Списание|\
         Расход|Расходы|Расходная операция|Дебет|Разход|Изходящи|Тегления|Χρέωση|Χρεώσεις|Ανάληψη|Εκροές|Borç|Borç Tutarı|Giden|Çıkan|Gider|חובה|בחובה|סכום בחובה|مدين|سحب|المدين|\
         برداشت|بدهکار|支払金額|支払い金額|お支払金額|お支払い金額|お支払|お支払い|支払|支払い|出金|出金額|出金金額|お引出し|お引出金額|引出額|引出し|ご出金|借方|支出|支出金额|支出金額|借方金额|\
         借方发生额|借方發生額|借方金額|提出|提款|提款金额|转出|轉出|출금|출금액|출금금액|찾으신금액|지급액|지급|Keluar|Uang Keluar|Debet|Mutasi Debet|Pengeluaran|Debit Keluar|ถอน|ถอนเงิน|\
         ถอน/โอนออก|เดบิต|Ghi nợ|Số tiền ghi nợ|Phát sinh nợ|Rút ra|Tiền ra|Chi|Dalje|Shpenzime|Xerxe|Məxaric|Chiqim|Шығыс",
    ),
    (
        Role::Credit,
        "Cr|Cr Amount|Credit Cr|Additions|Cash in|Receipt|Encaissements|Encaissement|Ind|Dal|Increase|Income|Lodgements|Credit amt|Ingreso|Depósito|Depósitos|Abonament|Abonaments|Entrées|Entrée|Crédits|Eingänge|Zugang|Zugänge|Gutschriften|Zahlungseingang|\
         Ontvangsten|Ontvangen|Indbetaling|Indbetalinger|Indsat|Indtægt|Innbetaling|Innbetalinger|Inntekt|Inntekter|Inbetalning|Inntekt inn|Innlögn|Innborgun|Tulot|Hyvitys|Kreedit|\
         Laekumine|Sissetulek|Kredīts|Kredīta|Ieņēmumi|Pajamos|Kreditas|Uplata|Uplate|Prihod|Prihodi|Odobrenje|Potražuje|Dobro|V dobro|Priliv|Prilivi|V prospech|V prospěch|\
         Příchozí|Príjem|Príjmy|Jóváírások|Bevételek|Befizetés|Încasări|Intrări|Depuneri|Venituri|Кредит|Надходження|Зараховано|Зачисление|Приход|Приходная операция|Поступление|\
         Поступления|Постъпления|Входящи|Внасяния|Πίστωση|Πιστώσεις|Κατάθεση|Εισροές|Alacak|Alacak Tutarı|Gelen|Gelir|Giren|זכות|בזכות|סכום בזכות|دائن|إيداع|الدائن|واریز|بستانکار|\
         預り金額|お預り金額|預かり金額|お預かり金額|お預入金額|お預り|お預入れ|預入額|預入れ|入金|入金額|入金金額|ご入金|貸方|收入|收入金额|收入金額|贷方金额|贷方发生额|貸方發生額|贷方|貸方金額|借贷方贷|存入|存款|\
         存入金额|转入|轉入|입금|입금액|입금금액|맡기신금액|Masuk|Uang Masuk|Kredit|Mutasi Kredit|Pemasukan|ฝาก|ฝากเงิน|ฝาก/โอนเข้า|เครดิต|Ghi có|Số tiền ghi có|Phát sinh có|Gửi vào|Tiền vào|\
         Thu|Hyrje|Mədaxil|Kirim|Кіріс",
    ),
    (
        Role::Direction,
        "收付标志|借/贷|借贷標誌|Debet/Kreedit|Deebet/Kreedit|Deebet/Kreedit (D/C)|Debets/Kredīts|Debetas/Kreditas|D/K|Credit Debet|Debit/Kredit|Πρόσημο|Πρόσημο ποσού|Χ/Π|借贷标志|借贷|收支|收/支|收支类型|入払区分|入出金区分|\
         입출금구분|Дт/Кт|Дебет/Кредит|Debet/Credit|Richtung|Richting|Sentido|Sens de l'opération|Segno|Retning|Riktning|Suunta|Kierunek|Směr|Smer|Irány|Yön|Borç/Alacak|B/A|Strana",
    ),
    (
        Role::Balance,
        "الرصيد|رصيد|الرصيد بعد|مانده|موجودی|Салдо|Υπόλοιπο|Λογιστικό υπόλοιπο|Νέο υπόλοιπο|יתרה|יתרה בש\"ח|Stanje|Stanje po transakciji|Staða|差引残高|残高|お取引後残高|取引後残高|余额|\
         账户余额|本次余额|交易后余额|餘額|結餘|結存|帳戶餘額|잔액|거래후잔액|거래 후 잔액|Baki|Baki Akhir|Sisa|คงเหลือ|ยอดคงเหลือ|ยอดเงินคงเหลือ|Số dư|Số dư cuối|Số dư sau giao dịch|Залишок|\
         Залишок після операції|Остаток|Остаток после операции|Остатък|Наличност|Ending daily balance|Daily balance|Daily posted balance|Resulting balance|New balance|Saldo final|\
         Saldo apos lancamento|Saldo en cuenta|Saldo dopo operazione|Solde final|Bakiye|Kalan|Balanç|Qalıq|Қалдық|Kontosaldo|Saldo disponibel",
    ),
    (
        Role::Currency,
        "Валюта|Валута|Νόμισμα|מטבע|العملة|عملة|ارز|币种|幣別|货币|通貨|통화|Mata Uang|Matawang|สกุลเงิน|Loại tiền|Tiền tệ|Devies|Gjaldmiðill|Valūta|Valiuta|Valuuta",
    ),
    (
        Role::Description,
        "البيان|الوصف|التفاصيل|شرح|توضیحات|Описание|Опис|Опис операції|Призначення платежу|Основание|Пояснение|Concepte|Descripció|Περιγραφή|Αιτιολογία|Περιγραφή συναλλαγής|תיאור|פרטים|\
         תיאור התנועה|הפעולה|Lýsing|Skýring|Texti|摘要|摘要内容|お取り扱い内容|お取引内容|取引内容|内容|备注|附言|交易说明|交易摘要|用途|說明|附註|적요|거래내용|내용|기재내용|Apraksts|\
         Informācija saņēmējam|Paaiškinimai|Operacijos aprašymas|Keterangan|Uraian|Uraian Transaksi|Deskripsi|Butiran|Perihal|รายการ|รายละเอียด|คำอธิบาย|Diễn giải|Nội dung|Nội dung giao dịch|Mô tả|\
         Opis transakcije|Opis plaćanja|Svrha|Svrha doznake|Namen|Aprašymas|Açıklama|Popis transakcie|Leírás|Label|Libellé complet|Buchungs-Details|Buchungsdetails|Tekst bericht|Posting Text|\
         Original Description|Bank Description|Nota|Anmerkung",
    ),
    (
        Role::Counterparty,
        "Tegenrekeninghouder|Naam tegenpartij bevat|Partnername|Name Partner|Gegenpartei|Zahlungspflichtige*r|Zahlungsempfänger*in|Saņēmējs/Maksātājs|Saņēmējs|Gavėjas|Mokėtojas|Saaja/Maksja|Saaja|Maksja|\
         Maksaja/Saaja|Получатель|Плательщик|Контрагент|Отримувач|Платник|Кореспондент|Получател|Αντισυμβαλλόμενος|Δικαιούχος|שם המוטב|المستفيد|对方户名|对方名称|交易对方|對方戶名|거래처|보낸분/받는분|받는분|\
         振込依頼人|取引先|Nama Penerima|Penerima|Người thụ hưởng|Đối tác|Primatelj|Platitelj|Prejemnik|Plačnik|Primalac|Nalogodavac|Uplatilac|Alıcı|Gönderen|Viðtakandi|Supplier found|Sender/receiver name",
    ),
    (
        Role::CounterpartyAccount,
        "Tegenrekeningnummer|Rekening tegenpartij bevat|Partner Kontonummer|Konto odbiorcy|Saņēmēja konts|Gavėjo sąskaita|对方账号|对方账户|對方帳號|相手口座|상대계좌|Rekening Tujuan|\
         Račun primatelja|Račun prejemnika|Sender/receiver account",
    ),
    (
        Role::Account,
        "Sąskaitos Nr.|Sąskaita|Kliendi konto|Konto number|Klienta konts|Konta numurs|Номер счета|Счет|Рахунок|Номер рахунку|Сметка|Λογαριασμός|Αριθμός λογαριασμού|חשבון|رقم الحساب|账号|账户|帳號|口座番号|\
         계좌번호|No. Rekening|Nombor Akaun|หมายเลขบัญชี|เลขที่บัญชี|Số tài khoản|Račun|Broj računa|Številka računa|Hesap Numarası|Customer account no|Account num|accountNum|Reikningsnúmer",
    ),
    (Role::Account, "accountLabel|Account label"),
    (
        Role::Status,
        "Состояние|Статус|Статус операции|Статус операції|Κατάσταση|סטטוס|الحالة|状态|交易状态|狀態|状態|상태|สถานะ|Trạng thái|Keadaan|Durum|Būsena|Staða færslu|Stanje transakcije|Állapot|Stare",
    ),
    (
        Role::Type,
        "Tehingu tüüp|Maksājuma veids|Mokėjimo tipas|Вид операции|Тип операции|Тип операції|Είδος|Τύπος|סוג פעולה|نوع العملية|交易类型|交易類型|業務類型|業务类型|摘要区分|거래구분|거래종류|Jenis Transaksi|Jenis|\
         ประเภท|Loại giao dịch|Vrsta transakcije|Vrsta|İşlem Tipi|İşlem|Bewegungsart|Tegund|Umsatztyp",
    ),
    (
        Role::Mandate,
        "Machtigingsnummer|Mandaatnummer|Référence unique de mandat|RUM",
    ),
];
