"""Small values the installation keeps for itself."""

from sqlmodel import Field, SQLModel


class KeptRow(SQLModel, table=True):
    """One value by name; the key of the Message-IDs is one."""

    __tablename__ = "kept"

    name: str = Field(primary_key=True)
    value: str
