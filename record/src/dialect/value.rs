//! What goes into a statement ([`Bind`], [`params!`]) and what comes out of a row ([`Column`], [`FromColumn`]), the same
//! on every engine. Nothing is copied on the way in; on the way out, texts and bytes can be looked at where they lie.

use crate::dialect::error::{Error, Result};

/// A value to be bound to a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// What can be bound to a parameter.
pub(crate) trait Bind {
    /// The value; an error when a number is larger than an engine's (2⁶³−1).
    fn value(&self) -> Result<Value<'_>>;
}

/// The parameters of a statement, in the order of their numbers.
pub(crate) type Params<'a> = &'a [&'a dyn Bind];

/// The parameters of a statement: `params![bucket.number(), id]` are `?1` and `?2`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::dialect::Bind),*] as $crate::dialect::Params<'_>
    };
}
pub(crate) use params;

macro_rules! small_numbers {
    ($($number:ty),*) => {$(
        impl Bind for $number {
            fn value(&self) -> Result<Value<'_>> {
                Ok(Value::Integer(i64::from(*self)))
            }
        }
    )*};
}
small_numbers!(bool, u8, u16, u32, i32, i64);

macro_rules! large_numbers {
    ($($number:ty),*) => {$(
        impl Bind for $number {
            fn value(&self) -> Result<Value<'_>> {
                i64::try_from(*self).map(Value::Integer).map_err(|_| Error::TooLarge)
            }
        }
    )*};
}
large_numbers!(u64, usize);

impl Bind for str {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Text(self))
    }
}

impl Bind for String {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Text(self))
    }
}

impl Bind for [u8] {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Blob(self))
    }
}

impl<const N: usize> Bind for [u8; N] {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Blob(self))
    }
}

impl Bind for Vec<u8> {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Blob(self))
    }
}

impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Result<Value<'_>> {
        self.as_ref().map_or(Ok(Value::Null), Bind::value)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Result<Value<'_>> {
        (**self).value()
    }
}

/// A value in a row, where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column<'a> {
    Null,
    Integer(i64),
    /// UTF-8, unless the file is damaged.
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl<'a> Column<'a> {
    /// The bytes, without copying them.
    ///
    /// # Errors
    /// When the column holds something else.
    pub(crate) fn as_blob(self) -> Result<&'a [u8]> {
        match self {
            Column::Blob(bytes) => Ok(bytes),
            _ => Err(Error::Column("bytes")),
        }
    }

    fn as_integer(self) -> Result<i64> {
        match self {
            Column::Integer(number) => Ok(number),
            _ => Err(Error::Column("a number")),
        }
    }
}

/// What a column can be read as.
pub(crate) trait FromColumn: Sized {
    /// The value.
    ///
    /// # Errors
    /// When the column holds something else: stored data are damaged.
    fn from_column(column: Column<'_>) -> Result<Self>;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl FromColumn for $number {
            fn from_column(column: Column<'_>) -> Result<$number> {
                column.as_integer()?.try_into().map_err(|_| Error::Column("a number in range"))
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, i32, i64, usize);

impl FromColumn for bool {
    fn from_column(column: Column<'_>) -> Result<bool> {
        column.as_integer().map(|number| number != 0)
    }
}

impl FromColumn for String {
    fn from_column(column: Column<'_>) -> Result<String> {
        match column {
            Column::Text(bytes) => {
                String::from_utf8(bytes.to_vec()).map_err(|_| Error::Column("text in UTF-8"))
            }
            _ => Err(Error::Column("text")),
        }
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(column: Column<'_>) -> Result<Vec<u8>> {
        column.as_blob().map(<[u8]>::to_vec)
    }
}

impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(column: Column<'_>) -> Result<[u8; N]> {
        column
            .as_blob()?
            .try_into()
            .map_err(|_| Error::Column("bytes of a fixed length"))
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(column: Column<'_>) -> Result<Option<T>> {
        match column {
            Column::Null => Ok(None),
            column => T::from_column(column).map(Some),
        }
    }
}
